"""The ledger: posting what moved an invoice's balance, building it, recounting it, and asking it."""
