"""Money on account: what came in and fits no invoice, and what becomes of it."""
