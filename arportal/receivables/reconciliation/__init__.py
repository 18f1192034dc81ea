"""Comparing the store's payments with the changes, and repairing."""
