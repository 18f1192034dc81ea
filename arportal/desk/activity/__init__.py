"""What happened in a store: one list of all that people did."""
