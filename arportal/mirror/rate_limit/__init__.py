"""The requests of a store, shared by all processes."""
