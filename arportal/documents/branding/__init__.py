"""Branding: the letterhead, logo and colours of a store's documents."""
