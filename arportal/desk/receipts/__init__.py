"""The lists of receipts and their lines, a receipt's page and its PDF."""
