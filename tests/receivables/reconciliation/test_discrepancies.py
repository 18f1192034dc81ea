"""The rules by which a payment agrees with the Change that recorded it."""

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.mirror.models import Payment, PaymentLine
from arportal.receivables.models import Change, Discrepancy
from arportal.receivables.reconciliation.discrepancies import (
    Held,
    Recorded,
    compare,
    is_another,
    looks_like_ours,
    mark_of,
    recorded_by,
)
from arportal.stores.models import Store
from tests.b2b.samples.parts import money
from tests.receivables.payments.few_payments import payment

Kind, State, Verb = Discrepancy.Kind, Change.State, Change.Verb
LINES = {1: Decimal(2), 2: Decimal(1)}
RECORDED = Recorded(state=State.APPLIED, attempts=1, company_id=7, currency="EUR", lines=LINES, target_id=17)
HELD = Held(
    payment_id=17,
    external_id="",
    company_id=7,
    currency="EUR",
    total=Decimal(3),
    lines=LINES,
    memo="",
)
SENT = replace(RECORDED, state=State.SENT)
WAITS = replace(RECORDED, state=State.ASKED)
CHANGING = replace(RECORDED, is_settling=True)
DELETED = replace(RECORDED, is_deleted=True)
MORE = replace(HELD, total=Decimal(4))
SECOND = replace(HELD, payment_id=18)
OURS = uuid.UUID("0a58c2f6-4c1e-4d0e-9f0b-6d1f2e7a9b31")


@pytest.mark.parametrize(
    ("recorded", "held", "kind"),
    [
        (None, [], None),
        (None, [HELD], Kind.UNKNOWN),
        # Nothing of it is at the store yet, or any longer.
        (replace(WAITS, attempts=0), [], None),
        (replace(WAITS, attempts=0), [HELD], Kind.UNWANTED),
        (replace(RECORDED, state=State.WAITING), [HELD], Kind.UNWANTED),
        (replace(RECORDED, state=State.REFUSED), [HELD], Kind.UNWANTED),
        (DELETED, [], None),
        (DELETED, [HELD], Kind.UNWANTED),
        # It may be there, or become another: only one too many is wrong.
        (WAITS, [], None),
        (WAITS, [HELD], None),
        (SENT, [], None),
        (SENT, [MORE], None),
        (SENT, [HELD, SECOND], Kind.DOUBLE),
        (CHANGING, [], None),
        (CHANGING, [MORE], None),
        # It is done.
        (RECORDED, [], Kind.MISSING),
        (RECORDED, [HELD], None),
        (RECORDED, [HELD, SECOND], Kind.DOUBLE),
        (RECORDED, [replace(HELD, company_id=8)], Kind.DIFFERS),
        (RECORDED, [replace(HELD, currency="USD")], Kind.DIFFERS),
        (RECORDED, [MORE], Kind.DIFFERS),
        (RECORDED, [replace(HELD, lines={1: Decimal(1), 2: Decimal(2)})], Kind.DIFFERS),
    ],
)
def test_it_works(recorded, held, kind):
    assert compare(recorded, held) == kind


@pytest.mark.parametrize(
    ("recorded", "held", "is_so"),
    [
        (RECORDED, [SECOND], True),
        (RECORDED, [HELD], False),
        (RECORDED, [], False),
        (RECORDED, [SECOND, replace(HELD, payment_id=19)], False),
        (None, [SECOND], False),
        (SENT, [SECOND], False),
        (DELETED, [SECOND], False),
    ],
)
def test_another_payment_than_the_change_names(recorded, held, is_so):
    assert is_another(recorded, held) is is_so


@pytest.mark.parametrize(
    ("external_id", "memo", "is_ours"),
    [
        (str(OURS), f"restored {mark_of(OURS)}", True),
        (str(OURS), "from the ERP", False),
        (str(OURS), "[12345678]", False),
        ("ERP-7", f"restored {mark_of(OURS)}", False),
    ],
)
def test_what_looks_like_ours(external_id, memo, is_ours):
    assert looks_like_ours(external_id, memo) is is_ours


def test_a_payment_is_the_same_from_the_store_and_from_the_mirror():
    lines = [(2, "1.50"), (1, "2.00"), (2, "-0.50")]  # An invoice may be named twice.
    theirs = [{"invoiceId": number, "amount": money(amount)} for number, amount in lines]
    kept = {"total": Decimal("3.00"), "external_id": str(OURS), "memo": "paid"}
    mirrored = Held.mirrored(
        Payment(api_id=17, company_id=7, currency="EUR", **kept),
        [PaymentLine(invoice_id=number, amount=Decimal(amount)) for number, amount in lines],
    )
    read = Held.of(
        payment(
            id=17,
            customerId="7",
            externalId=str(OURS),
            details={"memo": "paid"},
            total=money("3.00"),
            lineItems=theirs,
        )
    )
    assert read == mirrored == replace(HELD, external_id=str(OURS), memo="paid")
    assert Held.of(payment(externalId=None)).external_id == ""


def test_what_is_kept_of_both_for_whoever_looks_at_it():
    kept = {
        "company_id": 7,
        "currency": "EUR",
        "total": "3",
        "lines": [{"invoice_id": 1, "amount": "2"}, {"invoice_id": 2, "amount": "1"}],
    }
    lines = dict(reversed(LINES.items()))
    assert replace(HELD, lines=lines).as_json() == {"payment_id": 17} | kept
    deleted = replace(RECORDED, lines=lines, is_deleted=True)
    assert deleted.as_json() == {"state": "applied", "is_deleted": True} | kept


@pytest.fixture
def recording(clerk) -> Change:
    payload = {"currency": "EUR", "lines": [{"invoice_id": 1, "amount": "3"}]}
    return done(clerk, Verb.RECORD_PAYMENT, payload=payload, attempts=1)


def done(actor, verb, minutes=0, **more) -> Change:
    """A change of payment 17, asked for so many minutes ago."""
    given = {"store": actor.store, "company_id": 7, "target_id": 17, "state": State.APPLIED} | more
    asked_at = timezone.now() - dt.timedelta(minutes=minutes)
    return Change.objects.create(id=uuid.uuid4(), actor=actor, verb=verb, asked_at=asked_at, **given)


def to_be(amount: str) -> dict:
    return {"lines": [{"invoice_id": 1, "amount": amount}]}


def test_a_payment_is_to_be_as_the_last_of_its_edits_says(recording, clerk):
    for minutes, amount in ((1, "7"), (3, "5"), (2, "6")):
        done(clerk, Verb.EDIT_PAYMENT, minutes, after=to_be(amount))
    expected = replace(RECORDED, lines={1: Decimal(7)})
    assert recorded_by([recording]) == {recording.pk: expected}
    done(clerk, Verb.DELETE_PAYMENT)
    assert recorded_by([recording]) == {recording.pk: replace(expected, is_deleted=True)}


def test_nobody_can_say_while_a_change_of_it_is_under_way(recording, clerk):
    done(clerk, Verb.EDIT_PAYMENT, after=to_be("4"), state=State.SENT)
    assert recorded_by([recording]) == {
        recording.pk: replace(RECORDED, lines={1: Decimal(3)}, is_settling=True),
    }


def test_what_makes_no_difference_to_it(recording, clerk):
    elsewhere = Store.objects.create(slug="other", name="Other", store_hash="other")
    done(clerk, Verb.DELETE_PAYMENT, state=State.REFUSED)
    done(clerk, Verb.DELETE_PAYMENT, target_id=18)
    done(clerk, Verb.DELETE_PAYMENT, store=elsewhere)
    done(clerk, Verb.SET_PAYMENT_STATUS, state=State.SENT)
    assert recorded_by([recording]) == {recording.pk: replace(RECORDED, lines={1: Decimal(3)})}
