"""Copying a store: full, incremental, and what came of it."""
