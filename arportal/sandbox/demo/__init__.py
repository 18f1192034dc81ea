"""Demo data: a store as it looks today, the same for the same arguments."""
