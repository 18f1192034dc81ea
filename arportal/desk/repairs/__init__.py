"""The findings of reconciliation, and their repair."""
