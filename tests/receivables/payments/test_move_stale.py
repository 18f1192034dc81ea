"""A payment that has changed since it was shown is not moved; both versions are told."""

import uuid
from decimal import Decimal

import pytest

from arportal.b2b import Money, ProcessingStatus
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change
from arportal.receivables.payments.versions import StatusConflict, Version
from arportal.stores.access import NotAllowed
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
    assert "It was shown as: Awaiting processing" in str(refused.value)
    assert status_at_store(sandbox, payment) == PROCESSING


def test_moved_at_the_store_meanwhile(clerk, payment, sandbox):
    at_the_store(sandbox, payment, COMPLETED)
    with pytest.raises(StatusConflict, match="at the store"):
        set_status(clerk, uuid.uuid4(), payment.api_id, PROCESSING, seen=Version.of(payment))
    assert sandbox.writes() == []


def test_another_amount_in_the_same_second_and_where_it_stands_already(clerk, payment, sandbox):
    was = Version.of(payment)
    shown = Version(was.status, was.total + Money(Decimal(1), was.total.currency), was.updated_at)
    with pytest.raises(StatusConflict) as refused:
        set_status(clerk, uuid.uuid4(), payment.api_id, PROCESSING, seen=shown)
    assert refused.value.who == ""
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


def test_a_version_survives_being_written_down(payment):
    change = Change(before=Version.of(payment).as_before())
    assert Version.before(change) == Version.of(payment)
