"""The store's own PDFs."""
