"""The reason why somebody takes something away: it is asked for, and kept with the Change."""

from django.utils.translation import gettext as _

from arportal.receivables.changes.errors import Invalid

LONGEST = 500


def check_reason(reason: str) -> None:
    """Raises Invalid with the field `reason`."""
    if not reason.strip():
        raise Invalid({"reason": [_("Give a reason: it is kept in the history.")]})
    if len(reason) > LONGEST:
        raise Invalid({"reason": [_("Use at most %(count)d characters.") % {"count": LONGEST}]})
