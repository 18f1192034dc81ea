"""Writes: every verb, by one view and one table."""
