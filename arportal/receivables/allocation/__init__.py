"""How much of an invoice is open, and which invoices a payment pays."""
