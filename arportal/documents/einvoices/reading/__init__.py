"""From a file of anybody to a document, and what the official rules say of it."""
