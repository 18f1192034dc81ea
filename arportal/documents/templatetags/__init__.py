"""Tags and filters that only the templates of documents need."""
