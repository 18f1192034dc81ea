"""E-invoices: documents that the law accepts, made of an invoice, and read back."""
