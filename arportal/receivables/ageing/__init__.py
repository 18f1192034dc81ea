"""Ageing: what is owed, by how late it is, as of any day, and as it was known on any."""
