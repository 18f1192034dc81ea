"""The open amounts of invoices, and the invoices that a payment goes to."""
