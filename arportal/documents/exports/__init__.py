"""Many PDFs at once: asked for here, fetched or made by the worker, kept for a week."""
