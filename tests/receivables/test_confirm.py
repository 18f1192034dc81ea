"""What becomes of a Change whose answer was lost."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.mirror.models import Payment
from arportal.receivables import changes
from arportal.receivables.allocations import Allocation
from arportal.receivables.models import Change
from arportal.receivables.payments import OfflinePayment, record_offline
from arportal.receivables.tasks import confirm_changes


@pytest.fixture
def lost(clerk, open_invoices, sandbox):
    """Records one payment while requests fail in the given way."""

    def record(kind: str) -> Change:
        sandbox.fault(kind, method="POST")
        invoice = open_invoices[0]
        payment = OfflinePayment(
            company_id=invoice.company_id, currency=invoice.currency, reference="", memo="lost", payer_name="",
            allocations=(Allocation(invoice.api_id, Decimal(1)),), received_on=dt.date(2026, 11, 2),
        )  # fmt: skip
        change = record_offline(clerk, uuid.uuid4(), payment)
        assert change.state == Change.State.UNKNOWN
        return change

    return record


def test_it_works(lost, sandbox):
    change = changes.confirm(lost("drop_after"), timezone.now())
    assert change.state == Change.State.APPLIED
    assert Payment.objects.get(api_id=change.target_id).external_id == str(change.pk)
    assert len(sandbox.writes()) == 1


def test_what_is_not_found_waits_out_the_quarantine(lost, sandbox):
    change = changes.confirm(lost("drop_before"), timezone.now())
    assert change.state == Change.State.UNKNOWN
    assert len(sandbox.writes()) == 1


def test_after_the_quarantine_it_is_sent_again_with_the_same_id(lost, sandbox):
    change = changes.confirm(lost("drop_before"), timezone.now() + changes.QUARANTINE)
    assert (change.state, change.attempts) == (Change.State.APPLIED, 2)
    assert sandbox.get(f"/ip/payments/{change.target_id}")["externalId"] == str(change.pk)


def test_an_api_that_cannot_be_asked_changes_nothing(lost, sandbox):
    change = lost("drop_before")
    sandbox.fault("500", method="GET", count=9)
    assert changes.confirm(change, timezone.now() + changes.QUARANTINE).state == Change.State.UNKNOWN


def test_a_change_whose_worker_died_is_looked_up(lost, sandbox):
    change = lost("drop_after")
    long_ago = timezone.now() - dt.timedelta(minutes=3)
    Change.objects.filter(pk=change.pk).update(state=Change.State.SENT, sent_at=long_ago)
    confirm_changes(timestamp=0)
    change.refresh_from_db()
    assert change.state == Change.State.APPLIED


def test_a_change_just_sent_is_left_to_its_worker(lost, sandbox):
    change = lost("drop_after")
    Change.objects.filter(pk=change.pk).update(state=Change.State.SENT)
    confirm_changes(timestamp=0)
    change.refresh_from_db()
    assert change.state == Change.State.SENT
