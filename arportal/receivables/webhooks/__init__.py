"""Messages to programs of the merchant: who gets which, the outbox they wait in, and sending them."""
