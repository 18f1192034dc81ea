"""Failures of the API, in words for the people who read the Sync page."""

from arportal.b2b.errors import B2BError, Forbidden, RateLimited, Unauthorized, Unavailable
from arportal.mirror.durations import seconds_in_plain_units


def error_message(error: B2BError) -> str:
    if isinstance(error, (Unauthorized, Forbidden)):
        return "The store's API refused our access token. An admin must connect the store again."
    if isinstance(error, RateLimited):
        return f"The store's API is busy and asks to wait {seconds_in_plain_units(error.wait)}."
    if isinstance(error, Unavailable):
        return f"The store's API could not be reached ({error.message or error})."
    return f"The store's API gave an answer we cannot use ({error})."
