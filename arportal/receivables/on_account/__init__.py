"""Money on account: received, not yet applied to an invoice."""
