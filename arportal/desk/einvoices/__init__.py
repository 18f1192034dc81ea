"""E-invoices: what the store says of itself, its taxes and its buyers, what is missing, and the check of a file."""
