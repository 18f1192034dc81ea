"""HTML to PDF: the render workers and the cache."""
