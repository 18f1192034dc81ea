"""What needs a second person goes to the store when one agrees, and not before."""

import datetime as dt
import time
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from arportal.mirror.models import RequestBudget
from arportal.receivables.allocation.allocations import Allocation, open_amounts
from arportal.receivables.changes import approvals
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change
from arportal.receivables.payments.record_payment import OfflinePayment
from arportal.receivables.tasks import confirm_changes
from arportal.stores.access import NotAllowed
from arportal.stores.models import Activity
from tests.receivables.asking import ask
from tests.verbs import record_payment

State = Change.State
SECONDS = {
    "approves": approvals.approve,
    "rejects": lambda actor, change_id: approvals.reject(actor, change_id, "Not this one"),
}


@pytest.fixture
def record(store, open_invoices):
    """Records 5 of an invoice while one person alone may move up to `limit`."""

    def record(actor, limit: str = "4.99") -> Change:
        invoice = open_invoices[0]
        store.approval_limits = {invoice.currency: limit} if limit else {}
        store.save()
        actor.store.refresh_from_db()
        payment = OfflinePayment(
            company_id=invoice.company_id, currency=invoice.currency, reference="", memo="", payer_name="",
            allocations=(Allocation(invoice.api_id, Decimal(5)),), received_on=dt.date(2026, 11, 2),
        )  # fmt: skip
        return record_payment(actor, uuid.uuid4(), payment)

    return record


def told(change: Change) -> list[str]:
    """What activity tells of it, in turn."""
    return list(Activity.objects.filter(change_id=change.pk).order_by("pk").values_list("words", flat=True))


def test_it_works(record, clerk, controller, admin, sandbox, open_invoices):
    invoice = open_invoices[0]
    before = open_amounts(clerk, [invoice])[invoice.api_id]
    change = record(clerk)
    assert (change.state, sandbox.writes()) == (State.WAITING, [])
    # What waits counts against the open balance, and the worker leaves it alone.
    assert open_amounts(clerk, [invoice])[invoice.api_id] == before - 5
    Change.objects.update(asked_at=timezone.now() - dt.timedelta(days=2))
    confirm_changes(clerk.store_id)
    change.refresh_from_db()
    assert (change.state, sandbox.writes()) == (State.WAITING, [])
    change = approvals.approve(controller, change.pk)
    assert (change.state, change.approved_by) == (State.APPLIED, controller)
    with pytest.raises(Invalid, match="no longer waits: Done"):  # A second is told of the first.
        approvals.approve(admin, change.pk)
    assert len(sandbox.writes()) == 1


def test_up_to_the_limit_nobody_is_asked(record, clerk):
    assert record(clerk, limit="5.00").state == State.APPLIED


def test_a_currency_without_a_limit_always_needs_two(record, clerk, store):
    change = record(clerk, limit="")
    assert change.state == State.APPLIED
    store.approval_limits = {"XTS": "9999"}
    store.save()
    clerk.store.refresh_from_db()
    again = {"company_id": change.company_id, "amount": Decimal(1), "currency": change.currency}
    assert ask(clerk, uuid.uuid4(), change.verb, **again).state == State.WAITING


def test_what_could_not_be_sent_when_approved_is_sent_by_the_worker(record, clerk, controller, sandbox):
    change = record(clerk)
    sandbox.fault("429", method="POST")
    assert approvals.approve(controller, change.pk).state == State.ASKED
    RequestBudget.objects.all().delete()  # As if the window that the 429 spoke of were over.
    confirm_changes(clerk.store_id)
    change.refresh_from_db()
    assert change.state == State.APPLIED


def test_withdrawing(record, clerk, controller):
    change = record(clerk)
    with pytest.raises(NotAllowed, match="Only AR clerk"):
        approvals.withdraw(controller, change.pk)
    change = approvals.withdraw(clerk, change.pk)
    assert (change.state, change.error) == (State.REFUSED, "AR clerk withdrew it.")


def test_who_sees_what_waits_and_who_may_approve_it(record, clerk, controller, viewer, sandbox):
    """A clerk approves nothing, and nobody what they asked for or cannot see."""
    own, change = record(controller), record(clerk)
    assert list(approvals.waiting(controller)) == [own, change]
    assert list(approvals.waiting(clerk)) == [change]
    assert list(approvals.waiting(viewer)) == []
    for settle in SECONDS.values():
        with pytest.raises(NotAllowed, match="Your role"):
            settle(clerk, own.pk)
    with pytest.raises(NotAllowed, match="second person"):
        approvals.approve(controller, own.pk)
    assert [approvals.may_approve(controller, each) for each in (own, change)] == [False, True]
    controller.all_companies = False
    assert not approvals.may_approve(controller, change)
    with pytest.raises(Change.DoesNotExist):
        approvals.approve(controller, change.pk)
    assert sandbox.writes() == []


def test_rejecting_sends_nothing_and_says_why(record, clerk, controller, sandbox):
    change = record(clerk)
    with pytest.raises(Invalid, match="Give a reason"):
        approvals.reject(controller, change.pk, " ")
    with CaptureQueriesContext(connection) as queries:
        change = approvals.reject(controller, change.pk, "Wrong invoice")
    # The row of the store would make all wait who work with it.
    locks = {each["sql"].partition(" FOR UPDATE")[2] for each in queries if " FOR UPDATE" in each["sql"]}
    assert locks == {' OF "receivables_change"'}
    assert change.state == State.REFUSED
    assert "Controller did not approve it: Wrong invoice" in change.error
    assert sandbox.writes() == []
    assert told(change) == ["Record payment", f"Record payment: {change.error}", "Refused"]


def test_activity_tells_who_agreed(record, clerk, controller):
    change = approvals.approve(controller, record(clerk).pk)
    assert told(change) == ["Record payment", "Record payment: approved", "Done"]
    rows = Activity.objects.filter(change_id=change.pk).order_by("pk")
    assert [row.actor for row in rows] == [clerk, controller, None]


def test_taking_back_many(record, clerk, controller):
    """Told once; and not at all when nothing of them was left to take back."""
    for _time in range(2):
        record(clerk)
    rows = Change.objects.filter(state=State.WAITING)
    with pytest.raises(NotAllowed, match="Only AR clerk or a controller"):
        approvals.take_back(controller, rows.all(), lambda _actor, _change: False)
    presses = [rows.all() for _time in range(3)]
    # Two at once have read the same; one comes later.
    assert [len(press) for press in presses[:2]] == [2, 2]
    taken = [approvals.take_back(clerk, press, lambda _actor, _change: True) for press in presses]
    assert taken == [2, 0, 0]
    assert set(Change.objects.values_list("state", "error")) == {
        (State.REFUSED, "AR clerk cancelled it before it was sent.")
    }
    words = Activity.objects.filter(change_id=None, kind=Activity.Kind.APPROVAL).values_list(
        "words", flat=True
    )
    assert list(words) == ["Took back 2 changes before they were sent"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("second", SECONDS)
def test_of_two_who_settle_it_at_once_the_second_is_told_of_the_first(
    record, clerk, controller, admin, sandbox, second
):
    """The second looks at it while the first's transaction is under way: told nothing, they would believe
    that theirs was what counted."""
    change = record(clerk)

    def at_the_same_time() -> Change:
        try:
            return SECONDS[second](controller, change.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other, transaction.atomic():
        approvals.reject(admin, change.pk, "Wrong invoice")
        told = other.submit(at_the_same_time)
        wait_until_it_waits_for_us(told)
    with pytest.raises(Invalid, match="no longer waits: Refused"):
        told.result()
    change.refresh_from_db()
    assert (change.state, sandbox.writes()) == (State.REFUSED, [])
    assert "Admin did not approve it: Wrong invoice" in change.error


def wait_until_it_waits_for_us(other: Future[Change]) -> None:
    deadline = time.monotonic() + 10
    while not other.done() and time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY"
                           " (pg_blocking_pids(pid)))")  # fmt: skip
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    pytest.fail("Nobody waited for the transaction.")
