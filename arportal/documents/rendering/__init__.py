"""From HTML to a PDF: the render processes and the cache."""
