"""The server: bytes in and out."""
