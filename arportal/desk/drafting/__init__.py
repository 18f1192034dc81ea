"""Making an invoice, of an order or from nothing."""
