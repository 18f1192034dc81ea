"""The verbs of invoices: create, edit, delete, many at once."""
