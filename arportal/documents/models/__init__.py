"""Models: how a store's documents look, and what is kept of those we make."""

from arportal.documents.models.branding import Branding, Logo
from arportal.documents.models.exports import Archive, ArchivePiece, Export, ExportFile, ExportItem

__all__ = ["Archive", "ArchivePiece", "Branding", "Export", "ExportFile", "ExportItem", "Logo"]
