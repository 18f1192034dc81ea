"""Reasons why a verb was not carried out, in words for the person who asked."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b.errors import (
    Ambiguous,
    B2BError,
    Forbidden,
    InvalidResponse,
    RateLimited,
    Unauthorized,
    Unavailable,
)
from arportal.mirror.durations import seconds_in_plain_units
from arportal.receivables.changes import deferring

# The API's words for what is no fault of anybody's → ours.
PLAIN_WORDS = {
    "Store company credit is not enabled": _lazy("credit is switched off for this store"),
    "Payment terms are not enabled": _lazy("payment terms are switched off for this store"),
    "The parent company has reached the maximum layer.": _lazy(
        "a hierarchy has five layers at most, and this would be one more"
    ),
    "The hierarchy has reached the maximum number of companies.": _lazy("the hierarchy has no room for more"),
    "The parent company is a subsidiary of the current company.": _lazy(
        "the other company is a subsidiary of this one"
    ),
    "The last user in company can not be deleted.": _lazy("the last person of a company cannot be removed"),
    "The email already exists.": _lazy("somebody has this e-mail address already"),
    "Invalid child company ID.": _lazy("the company is not below that one any more"),
}


class Invalid(Exception):
    """A rule was broken. `fields`: form field → reasons; "" holds what concerns the whole form."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        super().__init__("; ".join(reason for reasons in fields.values() for reason in reasons))
        self.fields = fields


class Conflict(Invalid):
    """The thing is no longer as the person saw it; nothing was sent. `seen` and `now` are the two versions, where
    there is more to show than the words."""

    def __init__(self, words: str, *, seen: Any = None, now: Any = None) -> None:
        super().__init__({"": [words]})
        self.seen, self.now = seen, now


class StoreUnreadable(Invalid):
    """The API could not be asked what must be known first; nothing was changed."""

    def __init__(self, error: B2BError) -> None:
        deferring.met(error)
        super().__init__({"": [in_words(error)]})


def in_words(error: B2BError) -> str:
    """A failed request, in words that say what it means for the person; for a refusal, the API's own."""
    if isinstance(error, RateLimited):
        return _("The store is busy and asks to wait %(wait)s. Nothing was changed; try again then.") % {
            "wait": seconds_in_plain_units(error.wait, get_language() or "en")
        }
    if isinstance(error, Unavailable):
        return _("The store cannot be reached just now. Nothing was changed; try again in a minute.")
    if isinstance(error, (Unauthorized, Forbidden)):
        return _("The store refused our access token. Nothing was changed; ask an admin to connect it again.")
    if isinstance(error, (Ambiguous, InvalidResponse)):
        return _("The store did not answer clearly (%(reason)s).") % {"reason": error.message}
    reason = error.message or str(error)
    for theirs, ours in PLAIN_WORDS.items():
        if theirs in reason:
            reason = _("%(ours)s (“%(theirs)s”)") % {"ours": ours, "theirs": reason}
    return _("The store refused: %(reason)s") % {"reason": reason}
