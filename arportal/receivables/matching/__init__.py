"""The meaning of bank lines: which invoices each may pay, with the reasons, and making it so."""
