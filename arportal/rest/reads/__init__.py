"""Reads: lists with the pages' own filters, one thing, and reports."""
