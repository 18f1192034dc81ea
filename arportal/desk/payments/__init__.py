"""The payment queue, a payment's page, and what can be done with payments."""
