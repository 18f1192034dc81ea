"""Addresses under /_sandbox/ that the real API does not have: to reset, watch and misuse the stand-in."""
