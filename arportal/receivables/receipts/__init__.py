"""The verbs of receipts."""
