"""How a store's documents look, and what is kept of those we make."""

from arportal.documents.models.branding import Branding, Logo

__all__ = ["Branding", "Logo"]
