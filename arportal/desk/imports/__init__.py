"""Importing files of payments and invoices: bringing one, its columns, the dry run, and how far it is."""
