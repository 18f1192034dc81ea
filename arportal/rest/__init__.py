"""Our own REST API: the same verbs as the pages, as JSON."""
