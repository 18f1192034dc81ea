"""The two number formats, with dots or commas: that of the person, and that of the numbers that came with a request;
and how the person is shown days.

A form says in its field `decimals` how its amounts are written, for the person may change the format meanwhile, in
another tab; so does the address of a filtered list, which may be another person's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from django.http import HttpRequest

from arportal.desk.format.showing import is_showing
from arportal.mirror.figures import written_in
from arportal.stores.models import DateFormat, NumberFormat, User

# The form's fields: how its amounts are written, and the person's choice, which the refusal of an amount offers.
FIELD, CHOICE = "decimals", "number_format"


@dataclass(frozen=True, slots=True)
class InUse:
    """The formats in which this request's answer is written and its numbers are read. `is_new`: the person has
    just chosen it, by a button in the middle of a form, and has yet to see what becomes of the amounts there."""

    writing: NumberFormat = NumberFormat.DOT
    reading: NumberFormat = NumberFormat.DOT
    is_new: bool = False
    dates: DateFormat = DateFormat.MONTH_FIRST


_in_use: ContextVar[InUse] = ContextVar("number formats", default=InUse())  # noqa: B039 - frozen


def in_use() -> InUse:
    return _in_use.get()


@contextmanager
def number_formats_of(request: HttpRequest, user: User) -> Iterator[None]:
    """The formats are in use for the time of the request; a choice that came with a form is saved first."""
    own = NumberFormat(user.number_format)
    formats = InUse(own, own, dates=DateFormat(user.date_format))
    if request.method == "POST":
        choice, sent = known(request.POST.get(CHOICE)), known(request.POST.get(FIELD)) or own
        formats = replace(formats, writing=sent, reading=sent)
        if choice is not None and not is_showing():
            user.choose_number_format(choice)
            formats = replace(formats, writing=choice, reading=choice, is_new=True)
    token = _in_use.set(formats)
    try:
        with written_in(formats.writing):
            yield
    finally:
        _in_use.reset(token)


def known(name: str | None) -> NumberFormat | None:
    return NumberFormat(name) if name in NumberFormat.values else None
