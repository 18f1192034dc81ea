"""The number that a new invoice is offered: of the store's own range, or the one after the newest invoice's."""

import re

from django.utils.translation import gettext as _

from arportal.mirror.models import Invoice
from arportal.receivables.changes.errors import Invalid
from arportal.stores.models import Store

# "INV-" and "10001"; more digits than a bigint has would be no counting number.
IN_RANGE = re.compile(r"(.*?)([0-9]{1,18})")


def suggested_number(store: Store) -> str:
    """The next one that is free; "" when the range is used up, or the newest invoice's number has no digits."""
    return _next_in_range(store) if store.first_number else _after_newest(store)


def check_range(first: str, last: str) -> None:
    """Raises Invalid, by field of the settings, unless these are the ends of a range, or both are empty."""
    if not (first or last):
        return
    ends = [IN_RANGE.fullmatch(first), IN_RANGE.fullmatch(last)]
    for name, text, match in zip(("first_number", "last_number"), (first, last), ends, strict=True):
        if match is None:
            words = _("Its last characters must be digits.") if text else _("Enter both numbers, or neither.")
            raise Invalid({name: [words]})
    (before, low), (same, high) = (match.groups() for match in ends if match)
    if before != same or len(low) != len(high):
        raise Invalid({"last_number": [_("It must begin as the first one, and have as many digits.")]})
    if high <= low:
        raise Invalid({"last_number": [_("It must come after the first one.")]})


def _next_in_range(store: Store) -> str:
    match = IN_RANGE.fullmatch(store.first_number)
    if match is None:
        return ""
    before, low = match.groups()
    # Also of invoices that are gone: a number is not given twice. By the pattern, whatever the database's collation.
    used = Invoice.objects.filter(store=store, number__startswith=before).filter(
        number__regex=rf"^{re.escape(before)}[0-9]{{{len(low)}}}$",
        number__gte=store.first_number,
        number__lte=store.last_number,
    )
    newest = used.order_by("-number").values_list("number", flat=True).first()
    if newest is None:
        return store.first_number
    if newest == store.last_number:
        return ""
    return before + str(int(newest.removeprefix(before)) + 1).zfill(len(low))


def _after_newest(store: Store) -> str:
    """The first free one after it, with its letters and leading zeros."""
    invoices = Invoice.objects.filter(store=store)
    newest = invoices.order_by("-issued_on", "-api_id").values_list("number", flat=True).first()
    if newest is None:
        return "1001"
    last = re.search(r"[0-9]+(?=[^0-9]*\Z)", newest)
    if last is None:
        return ""
    for step in range(1, 1000):
        digits = str(int(last[0]) + step).zfill(len(last[0]))
        number = newest[: last.start()] + digits + newest[last.end() :]
        if not invoices.filter(number=number).exists():
            return number
    return ""
