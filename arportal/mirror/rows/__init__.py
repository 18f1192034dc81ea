"""Writing rows: whole pages at once, and the days that stand beside their moments."""
