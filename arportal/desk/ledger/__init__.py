"""Entries of the ledger as people read them: of a company, of an invoice, and those that nothing explains."""
