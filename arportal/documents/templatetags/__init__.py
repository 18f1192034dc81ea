"""What only the templates of documents need."""
