"""The larger records, read from JSON and written as bodies of requests."""
