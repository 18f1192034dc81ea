"""The moment from which a payment has its status, who brought it there, and who recorded it."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from arportal.mirror.models import Payment
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.models import Change
from arportal.receivables.payments.record_payment import OfflinePayment
from arportal.receivables.payments.status_history import (
    StatusSince,
    recording_of,
    status_changes,
    status_since,
)
from arportal.stores.models import Membership, Store, User
from tests.cast import read_in
from tests.verbs import record_payment, set_status

Verb, State = Change.Verb, Change.State
NINE = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
TEN, ELEVEN = NINE + dt.timedelta(hours=1), NINE + dt.timedelta(hours=2)
ANN, BEN = User(email="ann@example.com"), User(email="ben@example.com")


def change(status: int, at: dt.datetime, who: User, verb: Change.Verb = Verb.SET_PAYMENT_STATUS) -> Change:
    return Change(verb=verb, payload={"status": status}, settled_at=at, actor=Membership(user=who))


@pytest.fixture
def recorded(clerk, open_invoices) -> Change:
    """A payment that a clerk recorded."""
    invoice = open_invoices[0]
    payment = OfflinePayment(
        company_id=invoice.company_id,
        currency=invoice.currency,
        allocations=(Allocation(invoice.api_id, Decimal(1)),),
        payer_name="Payer",
        reference="CHQ 1",
        received_on=dt.date(2026, 11, 2),
        memo="",
    )
    return record_payment(clerk, uuid.uuid4(), payment)


def test_it_works(recorded, controller, sandbox):
    """Of our own Changes, those count that were done to the payment and gave it a status."""
    number, store = recorded.target_id, controller.store
    moved = set_status(controller, uuid.uuid4(), number, 2)
    sandbox.fault("body_422", method="PUT")
    assert set_status(controller, uuid.uuid4(), number, 3).state == State.REFUSED
    others = {"actor": controller, "company_id": 1, "state": State.APPLIED, "payload": {"status": 3}}
    elsewhere = Store.objects.create(slug="other", name="Other", store_hash="other")
    for other in (
        {"store": store, "verb": Verb.SET_PAYMENT_STATUS, "target_id": number + 1},
        {"store": elsewhere, "verb": Verb.SET_PAYMENT_STATUS, "target_id": number},
        {"store": store, "verb": Verb.DELETE_PAYMENT, "target_id": number},
        {"store": store, "verb": Verb.EDIT_PAYMENT, "target_id": number, "payload": {"memo": "old"}},
    ):
        Change.objects.create(id=uuid.uuid4(), **(others | other))
    made = status_changes(store, [number])
    assert made == {number: [moved, recorded]}
    assert recording_of(made[number]) == recorded
    assert recording_of([moved]) is None
    since = status_since(read_in(store, number), made[number])
    assert since == StatusSince(moved.settled_at, controller.user, is_exact=True)


def test_a_later_change_left_it_as_it_was():
    made = [change(2, ELEVEN, ANN, Verb.EDIT_PAYMENT), change(2, TEN, BEN), change(1, NINE, ANN)]
    assert status_since(Payment(processing_status=2), made) == StatusSince(TEN, BEN, is_exact=True)
    # It had this status before, and another in between.
    again = [change(1, ELEVEN, BEN), *made]
    assert status_since(Payment(processing_status=1), again) == StatusSince(ELEVEN, BEN, is_exact=True)


@pytest.mark.parametrize(
    ("created", "updated", "since"),
    [
        (NINE, NINE, StatusSince(NINE)),
        (NINE, None, StatusSince(NINE)),
        (NINE, TEN, StatusSince(TEN, is_exact=False)),
        (None, TEN, StatusSince(TEN, is_exact=False)),
        (None, None, StatusSince(None)),
    ],
)
def test_what_was_not_done_here(created, updated, since):
    """The store says only when a payment was last changed: it may have had its status before."""
    payment = Payment(processing_status=3, created_at=created, updated_at=updated)
    assert status_since(payment, [change(2, NINE, ANN)]) == status_since(payment, []) == since
