"""From a document to its file, and what stands on its paper."""
