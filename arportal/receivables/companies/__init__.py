"""The verbs of companies."""
