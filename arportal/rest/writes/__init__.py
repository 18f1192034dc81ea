"""What can be asked for: every verb, by one view and one table."""
