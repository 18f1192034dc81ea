"""The outbox: what was asked for is written down, sent once and followed to its end."""
