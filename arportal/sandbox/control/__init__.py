"""What the real API does not have: addresses under /_sandbox/ to reset, watch and misuse the stand-in."""
