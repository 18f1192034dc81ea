"""Bank statements: files read into booked lines, and what became of each line."""
