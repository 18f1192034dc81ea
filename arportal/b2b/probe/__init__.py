"""An hour with the first real store: what the documentation leaves open, asked of the API itself."""
