"""The OpenAPI document."""

from arportal.rest.schema import described
from arportal.rest.schema.operations import of_list, of_one, of_write

__all__ = ["described", "of_list", "of_one", "of_write"]
