"""A store's rules and branding, and a person's own preferences."""
