"""What becomes of a Change whose answer was lost."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.mirror.models import Payment, RequestBudget
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.changes import changes, state_machine
from arportal.receivables.models import Change
from arportal.receivables.payments.record_payment import OfflinePayment
from arportal.receivables.tasks import confirm_changes
from tests.verbs import record_payment


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
        change = record_payment(clerk, uuid.uuid4(), payment)
        assert change.state == Change.State.UNKNOWN
        return change

    return record


def test_it_works(lost, sandbox):
    change = changes.resume(lost("drop_after"), timezone.now())
    assert change.state == Change.State.APPLIED
    assert Payment.objects.get(api_id=change.target_id).external_id == str(change.pk)
    assert len(sandbox.writes()) == 1


def test_what_is_not_found_waits_out_the_quarantine_and_is_sent_again_with_the_same_id(lost, sandbox):
    change = changes.resume(lost("drop_before"), timezone.now())
    assert (change.state, len(sandbox.writes())) == (Change.State.UNKNOWN, 1)
    assert "did not answer clearly" in change.error
    change = changes.resume(change, timezone.now() + state_machine.QUARANTINE)
    assert (change.state, change.attempts) == (Change.State.APPLIED, 2)
    assert sandbox.get(f"/ip/payments/{change.target_id}")["externalId"] == str(change.pk)
    assert change.error == ""


def test_each_look_is_taken_once_and_what_was_read_back_is_not_read_again(lost, sandbox):
    change = changes.resume(lost("drop_before"), timezone.now())
    sandbox.control("DELETE", "requests")
    changes.resume(change, timezone.now())
    assert sandbox.control("GET", "requests") == []
    change = changes.resume(change, timezone.now() + state_machine.QUARANTINE)
    assert change.state == Change.State.APPLIED
    sandbox.control("DELETE", "requests")
    changes.resume(change, timezone.now() + 2 * state_machine.QUARANTINE)
    assert sandbox.control("GET", "requests") == []


def test_a_slow_store_has_a_longer_quarantine(lost):
    change = lost("drop_before")
    change.store.quarantine = 30
    states = [
        changes.resume(change, timezone.now() + dt.timedelta(minutes=minutes)).state for minutes in (29, 31)
    ]
    assert states == [Change.State.UNKNOWN, Change.State.APPLIED]


REASONS = {
    state_machine.LookupOutcome.GONE: "The store no longer has what this was to change.",
    state_machine.LookupOutcome.OVERTAKEN: "It was changed at the store in the meantime; this was not done.",
}


@pytest.mark.parametrize("outcome", REASONS)
def test_why_it_was_given_up(lost, outcome):
    later = timezone.now() + 2 * state_machine.QUARANTINE
    found = changes.EventRecord(state_machine.LookedUp(later, put=later, outcome=outcome))
    change = changes.apply_event(lost("drop_before"), found)
    assert (change.state, change.error) == (Change.State.REFUSED, REASONS[outcome])


def test_an_api_that_cannot_be_asked_changes_nothing(lost, sandbox):
    change = lost("drop_before")
    sandbox.fault("500", method="GET", count=9)
    assert changes.resume(change, timezone.now() + state_machine.QUARANTINE).state == Change.State.UNKNOWN


def test_a_change_just_sent_is_left_to_its_worker_and_looked_up_when_that_died(lost, sandbox):
    change = lost("drop_after")
    for sent_at, became in (
        (timezone.now(), Change.State.SENT),
        (timezone.now() - dt.timedelta(minutes=3), Change.State.APPLIED),
    ):
        Change.objects.filter(pk=change.pk).update(state=Change.State.SENT, sent_at=sent_at)
        confirm_changes(change.store_id)
        change.refresh_from_db()
        assert change.state == became


def test_what_could_not_be_sent_again_is_sent_later(lost, sandbox):
    change = lost("drop_before")
    sandbox.fault("429", method="POST")
    changes.resume(change, timezone.now() + state_machine.QUARANTINE)
    assert (change.state, "busy" in change.error) == (Change.State.ASKED, True)
    RequestBudget.objects.all().delete()  # As if the window that the 429 spoke of were over.
    confirm_changes(change.store_id)
    change.refresh_from_db()
    assert (change.state, change.error) == (Change.State.APPLIED, "")


def test_what_was_asked_by_a_process_that_died_is_withdrawn(lost):
    change = lost("drop_before")
    Change.objects.filter(pk=change.pk).update(
        state=Change.State.ASKED, attempts=0, asked_at=timezone.now() - dt.timedelta(minutes=3)
    )
    confirm_changes(change.store_id)
    change.refresh_from_db()
    assert (change.state, change.error) == (
        Change.State.REFUSED,
        "Nothing was sent: the page was interrupted.",
    )


def test_who_was_overtaken_sends_nothing(lost, sandbox):
    change = lost("drop_before")
    stale = Change.objects.get(pk=change.pk)
    later = timezone.now() + state_machine.QUARANTINE
    changes.resume(change, later)
    # As if this one had looked before the other one sent.
    overtaken = changes.EventRecord(
        state_machine.LookedUp(later, put=later, outcome=state_machine.LookupOutcome.NOT_DONE)
    )
    assert changes.apply_event(stale, overtaken).state == Change.State.APPLIED
    assert changes.execute(stale).state == Change.State.APPLIED
    assert len(sandbox.writes()) == 2


def test_who_was_overtaken_by_one_that_is_sending_does_not_send_with_it(lost, sandbox):
    """The other's attempt is not theirs, though they know of it by now."""
    stale = Change.objects.get(pk=lost("drop_before").pk)
    Change.objects.update(state=Change.State.SENT, attempts=2, sent_at=timezone.now())
    later = timezone.now() + state_machine.QUARANTINE
    not_done = state_machine.LookedUp(later, put=later, outcome=state_machine.LookupOutcome.NOT_DONE)
    change = changes.apply_event(stale, changes.EventRecord(not_done))
    assert (change.state, change.attempts, len(sandbox.writes())) == (Change.State.SENT, 2, 1)


def test_one_that_cannot_be_worked_on_does_not_hold_up_the_others(lost, sandbox, monkeypatch):
    broken, sound = lost("drop_after"), lost("drop_after")
    look_up = changes.handlers[broken.verb].look_up

    def fail_for_one(client, change):
        if change.pk == broken.pk:
            raise RuntimeError("not a matter of the API")
        return look_up(client, change)

    monkeypatch.setattr(changes.handlers[broken.verb], "look_up", fail_for_one)
    confirm_changes(sound.store_id)
    sound.refresh_from_db()
    assert sound.state == Change.State.APPLIED


def test_what_was_done_but_not_read_back_is_read_back_later(lost, sandbox, open_invoices):
    change = lost("drop_after")
    sandbox.fault("500", path="/ip/payments/", count=9)
    changes.resume(change, timezone.now())
    assert (change.state, change.mirrored_at) == (Change.State.APPLIED, None)
    sandbox.control("DELETE", "faults")
    Change.objects.update(settled_at=timezone.now() - dt.timedelta(minutes=3))
    confirm_changes(change.store_id)
    assert Payment.objects.filter(api_id=change.target_id).exists()
