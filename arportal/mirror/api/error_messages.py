"""Errors of the API in words, for people who wait for what it was asked; in the language that is active meanwhile."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from arportal.b2b.errors import B2BError, Forbidden, RateLimited, Unauthorized, Unavailable
from arportal.mirror.durations import seconds_in_plain_units
from arportal.mirror.rate_limit.budget import Paused


def error_message(error: B2BError) -> str:
    if isinstance(error, (Unauthorized, Forbidden)):
        return _("The store's API refused our access token. An admin must connect the store again.")
    if isinstance(error, RateLimited):
        wait = seconds_in_plain_units(error.wait, get_language() or "en")
        return _("The store's API is busy and asks to wait %(wait)s.") % {"wait": wait}
    if isinstance(error, Paused):
        return error.message
    if isinstance(error, Unavailable):
        reason = error.message or str(error)
        return _("The store's API could not be reached (%(reason)s).") % {"reason": reason}
    return _("The store's API gave an answer we cannot use (%(reason)s).") % {"reason": error}
