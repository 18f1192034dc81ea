"""A payment that has changed since it was shown is not moved; both versions are told."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from arportal.b2b import Money, ProcessingStatus
from arportal.mirror.models import Payment
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change
from arportal.receivables.payments.versions import StatusConflict, Version, difference
from arportal.stores.access import NotAllowed
from arportal.stores.models import Store
from tests.receivables.payments.test_set_status import status_at_store
from tests.verbs import set_status

PROCESSING, COMPLETED = ProcessingStatus.PROCESSING, ProcessingStatus.COMPLETED
REFUNDED = ProcessingStatus.REFUNDED


def at_the_store(sandbox, payment, status) -> None:
    """Somebody moves it in the store's own control panel."""
    sandbox.put(f"/ip/payments/{payment.api_id}/processing-status", {"processingStatus": int(status)})
    sandbox.control("DELETE", "requests")


def test_moved_here_meanwhile(clerk, controller, payment, sandbox):
    shown = Version.of(payment)
    set_status(controller, uuid.uuid4(), payment.api_id, PROCESSING, seen=shown)
    with pytest.raises(StatusConflict) as refused:
        set_status(clerk, uuid.uuid4(), payment.api_id, COMPLETED, seen=shown)
    assert refused.value.seen == shown
    assert refused.value.now.processing_status == PROCESSING
    assert refused.value.who == str(controller.user)
    assert not refused.value.is_from_the_store
    assert "It was shown as: Awaiting processing" in str(refused.value)
    assert status_at_store(sandbox, payment) == PROCESSING


def test_moved_at_the_store_meanwhile(clerk, payment, sandbox):
    at_the_store(sandbox, payment, COMPLETED)
    with pytest.raises(StatusConflict, match="at the store") as refused:
        set_status(clerk, uuid.uuid4(), payment.api_id, PROCESSING, seen=Version.of(payment))
    assert refused.value.is_from_the_store
    assert sandbox.writes() == []


def test_another_amount_in_the_same_second_and_where_it_stands_already(clerk, payment, sandbox):
    was = Version.of(payment)
    shown = Version(was.status, was.total + Money(Decimal(1), was.total.currency), was.updated_at)
    with pytest.raises(StatusConflict) as refused:
        set_status(clerk, uuid.uuid4(), payment.api_id, PROCESSING, seen=shown)
    assert (refused.value.who, refused.value.is_from_the_store) == ("", False)
    assert "at the store" not in str(refused.value)
    with pytest.raises(Invalid, match="is already Awaiting processing"):
        set_status(clerk, uuid.uuid4(), payment.api_id, ProcessingStatus.AWAITING_PROCESSING)
    assert sandbox.writes() == []


def test_a_clerk_may_not_move_what_was_refunded_meanwhile(clerk, payment, sandbox):
    at_the_store(sandbox, payment, REFUNDED)
    with pytest.raises(NotAllowed):
        set_status(clerk, uuid.uuid4(), payment.api_id, COMPLETED)
    assert sandbox.writes() == []


def test_a_clerk_is_told_what_was_refunded_since_it_was_shown(clerk, payment, sandbox):
    """At the store alone, and when the mirror knows it already."""
    seen = Version.of(payment)
    at_the_store(sandbox, payment, REFUNDED)
    for _again in range(2):
        with pytest.raises(StatusConflict) as refused:
            set_status(clerk, uuid.uuid4(), payment.api_id, COMPLETED, seen=seen)
        assert refused.value.now.processing_status == REFUNDED
    assert sandbox.writes() == []


@pytest.mark.parametrize(
    ("updated_at", "when"),
    [
        (dt.datetime(2026, 11, 23, 9, 5, tzinfo=dt.UTC), "changed 2026-11-23 10:05 at the store"),
        (None, "changed at an unknown time at the store"),
    ],
)
def test_it_is_told_when_it_was_changed(updated_at, when):
    """By the store's own clock on the wall."""
    row = Payment(processing_status=2, total=Decimal(1), currency="EUR", updated_at=updated_at)
    row.store = Store(time_zone="Europe/Berlin")
    assert when in difference(Version(1, row.total_money, None), row, "")


def test_a_version_survives_being_written_down(payment):
    change = Change(before=Version.of(payment).as_before())
    assert Version.of_before(change.before) == Version.of(payment)
