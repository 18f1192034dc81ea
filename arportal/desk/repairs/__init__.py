"""What the reconciliation found, and repairing it."""
