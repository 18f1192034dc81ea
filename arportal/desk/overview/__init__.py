"""The first page of a store: what is owed, how it goes, and what waits for somebody."""
