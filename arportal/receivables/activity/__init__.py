"""What happened, sealed: a hash chain over every row of activity and the Changes it names."""
