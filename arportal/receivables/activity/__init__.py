"""Sealed activity: a hash chain over every row of it and the Changes that it names."""
