"""The same cheque entered twice: who looks for it is told before it is recorded."""

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal

import pytest

from arportal.b2b import ProcessingStatus
from arportal.mirror.models import Payment
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.allocation.duplicates import likely_duplicates
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change
from arportal.receivables.payments.record_payment import Accepted, OfflinePayment
from tests.verbs import record_payment
from tests.whole import only_whole

LOOKING = Accepted(duplicates=frozenset())
DAY = dt.timedelta(days=1)
FAR = dt.date(2026, 2, 10)


@pytest.fixture
def cheque(open_invoices) -> OfflinePayment:
    invoice = open_invoices[0]
    return OfflinePayment(
        company_id=invoice.company_id,
        currency=invoice.currency,
        allocations=(Allocation(invoice.api_id, Decimal("1.07")),),
        **{"payer_name": "Payer", "reference": "CHQ 20-41", "memo": "", "received_on": FAR},
    )


@pytest.fixture
def recorded(clerk, cheque) -> Change:
    return record_payment(clerk, uuid.uuid4(), cheque)


@pytest.fixture
def found(clerk):
    return lambda wanted: [each.key for each in likely_duplicates(clerk, wanted, uuid.uuid4())]


def test_it_works_and_is_recorded_all_the_same(clerk, cheque, recorded, sandbox):
    with pytest.raises(Invalid) as invalid:
        record_payment(clerk, uuid.uuid4(), cheque, LOOKING)
    assert set(invalid.value.fields) == {"duplicates"}
    assert len(sandbox.writes()) == 1
    seen = Accepted(duplicates=frozenset({f"payment-{recorded.target_id}"}))
    second = record_payment(clerk, uuid.uuid4(), cheque, seen)
    assert second.state == Change.State.APPLIED
    assert second.before["duplicates"] == [f"payment-{recorded.target_id}"]
    assert len(sandbox.writes()) == 2


@only_whole("test_it_works_and_is_recorded_all_the_same")
def test_one_that_came_after_the_person_looked(clerk, cheque, recorded):
    seen = Accepted(duplicates=frozenset({f"payment-{recorded.target_id}"}))
    record_payment(clerk, uuid.uuid4(), cheque)
    with pytest.raises(Invalid):
        record_payment(clerk, uuid.uuid4(), cheque, seen)


def test_the_same_form_twice_is_no_duplicate_of_itself(clerk, cheque):
    form = uuid.uuid4()
    assert record_payment(clerk, form, cheque, LOOKING) == record_payment(clerk, form, cheque, LOOKING)


def test_same_reference_or_five_days(clerk, cheque, recorded, found):
    alike = [
        {"reference": "chq 2041", "received_on": FAR - 60 * DAY},
        {"reference": "", "received_on": FAR + 5 * DAY},
        {"reference": "other", "received_on": FAR - 5 * DAY},
        # The day of recording counts too.
        {"reference": "", "received_on": clerk.store.today(recorded.asked_at)},
    ]
    others = [
        {"reference": "other", "received_on": FAR + 6 * DAY},
        {"reference": "", "received_on": FAR - 6 * DAY},
        {"allocations": (replace(cheque.allocations[0], amount=Decimal("1.08")),)},
        {"currency": "CHF"},
    ]
    met = [found(replace(cheque, **changed)) for changed in alike + others]
    assert met == [[f"payment-{recorded.target_id}"]] * len(alike) + [[]] * len(others)
    # One that is not read back yet is told once, and a refunded one does not count.
    Change.objects.filter(pk=recorded.pk).update(mirrored_at=None)
    assert found(cheque) == [f"change-{recorded.pk}"]
    Change.objects.filter(pk=recorded.pk).update(mirrored_at=recorded.mirrored_at)
    payments = Payment.objects.filter(api_id=recorded.target_id)
    payments.update(processing_status=ProcessingStatus.REFUNDED)
    assert not found(cheque)
    payments.update(processing_status=ProcessingStatus.AWAITING_PROCESSING)
    clerk.all_companies = False
    assert not found(cheque)


def test_one_that_is_being_confirmed(clerk, cheque, sandbox, found):
    sandbox.fault("drop_before", method="POST")
    unclear = record_payment(clerk, uuid.uuid4(), cheque)
    assert found(cheque) == [f"change-{unclear.pk}"]


def test_one_that_waits_for_approval(clerk, cheque, found):
    clerk.store.approval_limits = {cheque.currency: "1"}
    waiting = record_payment(clerk, uuid.uuid4(), cheque)
    assert waiting.state == Change.State.WAITING
    assert found(cheque) == [f"change-{waiting.pk}"]


@only_whole("test_same_reference_or_five_days")
def test_what_another_system_recorded(clerk, cheque, recorded, found):
    """Only the memo may hold its reference, and the day it was recorded is all we know."""
    long_ago = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    theirs = Payment.objects.filter(api_id=recorded.target_id)
    theirs.update(api_id=777_777, external_id="erp-9", created_at=long_ago, memo="Chq 2041 by post")
    assert found(cheque) == ["payment-777777"]
    assert not found(replace(cheque, reference="41"))
    assert found(replace(cheque, reference="", received_on=dt.date(2025, 1, 5)))
