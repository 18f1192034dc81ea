"""The statuses of a payment, in words. A number we have never heard of is shown as it came."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import ProcessingStatus

PAYMENT_WORDS: dict[int, str | Promise] = {
    ProcessingStatus.AWAITING_PROCESSING: _lazy("Awaiting processing"),
    ProcessingStatus.PROCESSING: _lazy("Processing"),
    ProcessingStatus.COMPLETED: _lazy("Completed"),
    ProcessingStatus.REFUNDED: _lazy("Refunded"),
    ProcessingStatus.INCOMPLETE: _lazy("Incomplete"),
}


def payment_words(status: int) -> str:
    known = PAYMENT_WORDS.get(status)
    return str(known) if known is not None else _("Status %(number)d") % {"number": status}
