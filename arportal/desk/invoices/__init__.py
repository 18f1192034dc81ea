"""The list of invoices, an invoice's page and its PDFs, editing and deleting."""
