"""Figures of how receivables go: how fast we are paid, what comes in, who owes most. All rest on the ledger."""
