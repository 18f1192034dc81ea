"""The rules that a document must keep, in our own words."""
