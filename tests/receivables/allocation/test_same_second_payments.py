"""Payments that reached the store within one second: the most that can be left open after them."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from arportal.receivables.allocation.same_second_payments import most_open
from arportal.receivables.changes.clock import database_now
from arportal.receivables.models import Change
from arportal.stores.models import Store

Verb, State = Change.Verb, Change.State
COMPANY, INVOICE = 31, 205


@pytest.fixture
def recorded(clerk):
    """Writes down a payment recorded a minute ago: sent and answered so many seconds after that."""
    minute_ago = database_now() - dt.timedelta(minutes=1)

    def recorded(
        sent: float | None, answered: float, *, was_open: str = "10", pays: str = "2", **about
    ) -> None:
        moments = {
            "asked_at": minute_ago,
            "sent_at": None if sent is None else minute_ago + dt.timedelta(seconds=sent),
            "settled_at": minute_ago + dt.timedelta(seconds=answered),
            "mirrored_at": minute_ago + dt.timedelta(seconds=answered),
        }
        content = {
            "payload": {"lines": [{"invoice_id": INVOICE, "amount": pays}]},
            "before": {"open": {str(INVOICE): was_open}},
        }
        row = {"store": clerk.store, "actor": clerk, "company_id": COMPANY, "verb": Verb.RECORD_PAYMENT}
        Change.objects.create(id=uuid.uuid4(), **row | {"state": State.APPLIED} | moments | content | about)

    return recorded


def most(clerk) -> dict[int, Decimal]:
    return most_open(clerk.store, [COMPANY])


@pytest.mark.parametrize(
    ("sent", "answered", "is_known"),
    [
        (0.2, 0.4, True),
        (1.0, 9.0, True),
        # A second after the first was answered, and later than that.
        (1.5, 1.7, True),
        (1.51, 1.7, False),
        # Nobody knows when it was sent.
        (None, 0.4, False),
    ],
)
def test_it_works(recorded, clerk, sent, answered, is_known):
    """What was open before the first, less both."""
    recorded(sent, answered, was_open="8", pays="3", asked_at=database_now())
    recorded(0, 0.5, was_open="10", pays="2")
    assert most(clerk) == ({INVOICE: Decimal(5)} if is_known else {})


def test_one_alone_tells_nothing(recorded, clerk):
    recorded(0, 0.5)
    assert most(clerk) == {}


def test_of_several_invoices_each_is_told(recorded, clerk):
    both = [{"invoice_id": INVOICE, "amount": "1"}, {"invoice_id": 206, "amount": "4"}]
    about = {"payload": {"lines": both}, "before": {"open": {str(INVOICE): "10", "206": "20"}}}
    for _each in range(2):
        recorded(0, 0.5, **about)
    assert most(clerk) == {INVOICE: Decimal(8), 206: Decimal(12)}


LONG_AGO = dt.timedelta(minutes=5)


@pytest.mark.parametrize(
    "other",
    [
        {"company_id": COMPANY + 1},
        {"verb": Verb.EDIT_PAYMENT},
        {"state": State.REFUSED},
        {"before": {}},
        {"mirrored_at": database_now},
        {"asked_at": database_now},
        {"store": Store},
    ],
    ids=lambda other: next(iter(other)),
)
def test_what_does_not_count(recorded, clerk, other):
    """Of another company or store, of another kind, what did not come about, and what was asked for or read back long
    ago."""
    name, value = next(iter(other.items()))
    if value is database_now:
        value = database_now() - LONG_AGO
    elif value is Store:
        value = Store.objects.create(slug="other", name="Other", store_hash="other")
    recorded(0, 0.5)
    recorded(0.2, 0.4, **{name: value})
    assert most(clerk) == {}
