"""The line of a store: what waits for room is sent in the order it was asked for, once, though workers die."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from arportal.mirror.models import RequestBudget
from arportal.receivables import tasks
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.changes import approvals, changes, deferring, line
from arportal.receivables.changes.clock import database_now
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.state_machine import LONGEST_WAIT, STALLED_AFTER
from arportal.receivables.changes.verb import perform
from arportal.receivables.invoices.delete_invoice import DeleteInvoice
from arportal.receivables.invoices.edit_invoice import EditInvoice
from arportal.receivables.invoices.invoice_values import values_of
from arportal.receivables.models import Change
from arportal.receivables.payments.record_payment import OfflinePayment
from arportal.stores.access import NotAllowed
from tests.verbs import record_payment

State = Change.State
TASK = "arportal.receivables.tasks.send_line"


@pytest.fixture
def defer(clerk, open_invoices):
    """Asks for a payment of so much that may wait for room."""
    invoice = open_invoices[0]

    def defer(amount: str = "1", actor=clerk) -> Change:
        payment = OfflinePayment(
            company_id=invoice.company_id,
            currency=invoice.currency,
            payer_name="P",
            reference="",
            memo="",
            allocations=(Allocation(invoice.api_id, Decimal(amount)),),
            received_on=dt.date(2026, 11, 2),
        )
        with deferring.asking(is_deferred=True):
            return record_payment(actor, uuid.uuid4(), payment)

    return defer


@pytest.fixture
def full(store) -> RequestBudget:
    """Nobody has a request left for forty seconds."""
    resets_at = timezone.now() + dt.timedelta(seconds=40)
    told = {"allocated": 150, "remaining": 0, "resets_at": resets_at}
    return RequestBudget.objects.update_or_create(store=store, defaults=told)[0]


def states(*asked: Change) -> list[str]:
    return [Change.objects.get(pk=change.pk).state for change in asked]


def jobs() -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(task_name=TASK, status="todo"))


def test_it_works(defer, store, sandbox):
    asked = [defer(amount) for amount in ("1", "2", "3")]
    assert sandbox.control("GET", "requests") == []
    assert [line.place_of(change) for change in asked] == [1, 2, 3]
    (job,) = jobs()
    # Two workers in one line would overtake each other.
    assert (job.args, job.lock) == ({"store_id": store.pk}, f"line-{store.pk}")
    tasks.send_line(store.pk)
    assert states(*asked) == [State.APPLIED] * 3
    sent = Change.objects.order_by("sent_at").values_list("pk", flat=True)
    assert list(sent) == [change.pk for change in asked]
    assert len(sandbox.writes()) == 3


def test_a_line_is_of_one_store(defer, other_store):
    Change.objects.filter(pk=defer().pk).update(store=other_store)
    assert line.place_of(defer()) == 1


def test_the_place_is_told_by_the_moment_and_of_one_moment_by_the_id(defer):
    low, high = sorted((defer("1"), defer("2")), key=lambda change: change.pk)
    places = []
    for later in (0, 1):
        Change.objects.filter(pk=low.pk).update(asked_at=high.asked_at + dt.timedelta(seconds=later))
        low.refresh_from_db()
        places.append((line.place_of(low), line.place_of(high)))
    assert places == [(1, 2), (2, 1)]


def test_a_wait_of_less_than_five_seconds_is_room(store, monkeypatch):
    waits = {0.0: True, 4.9: True, 5.0: False}
    monkeypatch.setattr(line, "seconds_to_room", lambda _store: seconds)
    for seconds, is_room in waits.items():  # noqa: B007 - the lambda reads it
        assert line.has_room(store) == is_room


def test_without_room_nothing_is_asked_of_the_store_and_the_worker_comes_back(defer, full, store, sandbox):
    change = defer()
    ProcrastinateJob.objects.all().delete()
    tasks.send_line(store.pk)
    assert (states(change), sandbox.control("GET", "requests")) == ([State.ASKED], [])
    (job,) = jobs()
    assert abs(job.scheduled_at - full.resets_at) < dt.timedelta(seconds=10)


def test_refused_as_busy_once_more_it_waits(defer, store, sandbox):
    first, second = defer("1"), defer("2")
    sandbox.fault("429_told", "POST", seconds=40)
    tasks.send_line(store.pk)
    assert states(first, second) == [State.ASKED, State.ASKED]
    RequestBudget.objects.all().delete()
    tasks.send_line(store.pk)
    assert states(first, second) == [State.APPLIED, State.APPLIED]
    assert len(sandbox.writes()) == 3  # One of them was refused.


def test_what_cannot_be_worked_on_holds_up_nobody(defer, store, monkeypatch):
    broken, good = defer("1"), defer("2")
    resume = changes.resume

    def fails(change, now):
        if change.pk == broken.pk:
            raise RuntimeError("a mistake of ours")
        return resume(change, now)

    monkeypatch.setattr(changes, "resume", fails)
    tasks.send_line(store.pk)
    assert states(broken, good) == [State.ASKED, State.APPLIED]


def test_a_line_whose_job_was_lost_gets_another_within_the_minute(defer, store):
    defer()
    ProcrastinateJob.objects.all().delete()
    tasks.confirm_every_store(timestamp=0)
    assert [job.args for job in jobs()] == [{"store_id": store.pk}]


def test_the_round_that_confirms_keeps_out_of_the_line(defer, full, store, sandbox):
    change = defer()
    tasks.confirm_changes(store.pk)
    assert (states(change), sandbox.control("GET", "requests")) == ([State.ASKED], [])


def test_a_worker_that_died_in_between_has_sent_it_once(defer, store, sandbox):
    """It wrote down that it sends, sent, and was killed before it heard."""
    change = defer()
    sandbox.fault("drop_after", "POST")
    tasks.send_line(store.pk)
    Change.objects.update(state=State.SENT)  # As the dead worker left it.
    tasks.send_line(store.pk)
    assert states(change) == [State.SENT]
    changes.resume(Change.objects.get(), database_now() + 2 * STALLED_AFTER)
    assert (states(change), len(sandbox.writes())) == ([State.APPLIED], 1)


def test_taken_back_it_is_not_sent(defer, full, store, clerk, sandbox):
    first, second = defer("1"), defer("2")
    approvals.withdraw(clerk, first.pk)
    assert line.place_of(second) == 1
    RequestBudget.objects.all().delete()
    tasks.send_line(store.pk)
    assert states(first, second) == [State.REFUSED, State.APPLIED]
    assert len(sandbox.writes()) == 1


def test_a_controller_takes_back_others_too(defer, full, clerk, controller):
    change, own = defer(), defer("2", controller)
    with pytest.raises(Invalid, match="no longer waits"):  # It waits for room, not for approval.
        approvals.approve(controller, change.pk)
    assert approvals.withdraw(controller, change.pk).state == State.REFUSED
    with pytest.raises(NotAllowed, match="Only Controller"):
        approvals.withdraw(clerk, own.pk)
    assert states(change, own) == [State.REFUSED, State.ASKED]


def test_once_sent_it_cannot_be_taken_back(defer, store, clerk):
    change = defer()
    tasks.send_line(store.pk)
    with pytest.raises(Invalid, match="no longer waits"):
        approvals.withdraw(clerk, change.pk)
    assert states(change) == [State.APPLIED]


def test_after_a_day_without_room_it_is_given_up(defer, store, sandbox):
    change = defer()
    Change.objects.update(asked_at=timezone.now() - LONGEST_WAIT - dt.timedelta(minutes=1))
    tasks.send_line(store.pk)
    change.refresh_from_db()
    assert (change.state, sandbox.writes()) == (State.REFUSED, [])
    assert "no room for it for a whole day" in change.error


def edit_of(actor, invoice, seen) -> EditInvoice:
    return EditInvoice(
        actor=actor,
        change_id=uuid.uuid4(),
        invoice_id=invoice.api_id,
        seen=seen,
        wanted={**seen, "po_number": "PO-1"},
    )


def test_what_has_changed_by_then_is_not_overwritten(controller, open_invoices, store, sandbox):
    invoice = open_invoices[0]
    seen = values_of(invoice, store.zone)
    with deferring.asking(is_deferred=True):
        change = perform(edit_of(controller, invoice, seen))
    sandbox.put(f"/ip/invoices/{invoice.api_id}", {"purchaseOrderNumber": "THEIRS"})
    tasks.send_line(store.pk)
    change.refresh_from_db()
    assert (change.state, change.error) == (
        State.REFUSED,
        "The invoice has changed since it was shown; it was left as it is.",
    )
    assert sandbox.get(f"/ip/invoices/{invoice.api_id}")["purchaseOrderNumber"] == "THEIRS"


def test_another_change_of_the_same_thing_is_refused_while_it_waits(controller, open_invoices, store):
    seen = values_of(open_invoices[0], store.zone)
    with deferring.asking(is_deferred=True):
        perform(edit_of(controller, open_invoices[0], seen))
    delete = DeleteInvoice(
        actor=controller,
        change_id=uuid.uuid4(),
        invoice_id=open_invoices[0].api_id,
        seen=seen,
        reason="twice",
    )
    with pytest.raises(Invalid, match="waits to be sent"):
        perform(delete)
