"""A change's page, and approving it."""
