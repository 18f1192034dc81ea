"""Writing off: store, mirror and ledger agree after it and after its undoing, also when answers are lost; who may how
much alone."""

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.b2b import InvoiceStatus
from arportal.mirror.api.refresh import refresh_invoices
from arportal.mirror.models import Invoice
from arportal.receivables.allocation.allocations import Allocation, open_amounts
from arportal.receivables.changes import changes
from arportal.receivables.changes.approvals import approve, withdraw
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.state_machine import QUARANTINE
from arportal.receivables.changes.verb import perform, perform_batch, preview
from arportal.receivables.invoices.write_off import UndoWriteOff, done, needs_second_person
from arportal.receivables.ledger.recount import recount
from arportal.receivables.models import Change, LedgerEntry
from arportal.receivables.payments.record_payment import OfflinePayment
from arportal.receivables.tasks import send_batch
from arportal.stores.models import Role
from tests.receivables.invoices.moves import Desk
from tests.verbs import record_payment
from tests.whole import only_whole, whole_or

State = Change.State


@pytest.fixture
def desk(controller, sandbox, open_invoices) -> Desk:
    return Desk.at(controller, sandbox, open_invoices[0])


def test_it_works_and_can_be_taken_back(desk, store):
    was, status = desk.at_store(desk.invoice)
    change = desk.write_off(was)
    assert (change.state, change.amount) == (State.APPLIED, was)
    assert desk.at_store(desk.invoice) == (0, InvoiceStatus.PAID)
    assert desk.balances(desk.invoice) == {Decimal(0)}
    assert desk.entries(change) == [("write-off", desk.invoice.api_id, -was)]

    back = desk.undo(change)
    assert desk.at_store(desk.invoice) == (was, status)
    assert desk.balances(desk.invoice) == {was}
    assert desk.entries(back) == [("write-off", desk.invoice.api_id, was)]
    assert not LedgerEntry.objects.filter(invoice_id=desk.invoice.api_id, cause="edited-outside").exists()
    assert recount(store) == 0
    with pytest.raises(Invalid, match="taken back already"):
        desk.undo(change)


def test_what_can_be_taken_back(desk, clerk):
    """A write-off that was done, once; a clerk's undoing needs a second person as the write-off did."""
    change = desk.write_off(2)
    undoing = UndoWriteOff(actor=clerk, change_id=uuid.uuid4(), undoes=change.pk, reason="It came")
    draft = preview(undoing)
    assert (draft.amount, draft.currency, draft.needs_approval) == (2, desk.invoice.currency, True)
    with pytest.raises(Invalid, match="Give a reason"):
        preview(replace(undoing, reason=" "))
    refused = perform(undoing)
    withdraw(clerk, refused.pk)
    preview(replace(undoing, change_id=uuid.uuid4()))  # What came to nothing stands in nobody's way.
    second = desk.write_off(1)
    assert [done(clerk, each.pk, Change.Verb.WRITE_OFF) for each in (change, second)] == [change, second]
    for change_id, verb in ((change.pk, Change.Verb.APPLY_CREDIT), (refused.pk, Change.Verb.UNDO_WRITE_OFF)):
        with pytest.raises(Change.DoesNotExist):
            done(clerk, change_id, verb)


def test_a_part_leaves_the_invoice_partly_paid(desk):
    was, _status = desk.at_store(desk.invoice)
    desk.write_off("0.25")
    assert desk.at_store(desk.invoice) == (was - Decimal("0.25"), InvoiceStatus.PARTIALLY_PAID)


def test_what_is_refused(desk, sandbox):
    refused = {
        "amount": [desk.write_off_form(10**7), desk.write_off_form(0), desk.write_off_form("0.001")],
        "reason": [desk.write_off_form(1, reason=" ")],
        "": [desk.write_off_form(1, invoice_id=desk.credit.api_id, seen=desk.seen(desk.credit))],
    }
    for name, forms in refused.items():
        for form in whole_or(forms, forms[:1]):
            with pytest.raises(Invalid) as broken:
                perform(form)
            assert set(broken.value.fields) == {name}
    shown = desk.write_off_form(1)
    desk.pay(2)
    with pytest.raises(Conflict, match="changed since it was shown") as conflict:
        perform(shown)
    assert conflict.value.seen == shown.seen
    assert conflict.value.now["open_balance"] != shown.seen["open_balance"]
    assert all(each["method"] == "POST" for each in sandbox.writes())


def test_what_waits_for_approval_stands_in_the_way_of_the_next_and_of_no_payment(desk, clerk, sandbox):
    clerk.store.write_off_limits = {"clerk": {desk.invoice.currency: "1"}}
    waiting = perform(desk.write_off_form(2, actor=clerk))
    assert waiting.state == State.WAITING
    assert open_amounts(clerk, [desk.invoice])[desk.invoice.api_id] == desk.invoice.open_balance
    with pytest.raises(Invalid, match="waits for approval"):
        desk.write_off(1)
    assert sandbox.writes() == []
    assert approve(desk.actor, waiting.pk).state == State.APPLIED
    assert desk.balances(desk.invoice) == {desk.invoice.open_balance - 2}


def test_while_it_is_being_confirmed_no_payment_is_recorded(desk, clerk):
    payment = OfflinePayment(
        company_id=desk.invoice.company_id,
        currency=desk.invoice.currency,
        allocations=(Allocation(desk.invoice.api_id, Decimal(1)),),
        payer_name="Payer",
        reference="",
        received_on=dt.date(2026, 1, 31),
        memo="",
    )
    desk.sandbox.fault("drop_before", method="PUT")
    change = desk.write_off(2)
    assert open_amounts(clerk, [desk.invoice])[desk.invoice.api_id] == desk.invoice.open_balance - 2
    with pytest.raises(Invalid, match="is being confirmed"):
        record_payment(clerk, uuid.uuid4(), payment)
    changes.resume(change, timezone.now() + 2 * QUARANTINE)
    assert record_payment(clerk, uuid.uuid4(), payment).state == State.APPLIED
    assert desk.balances(desk.invoice) == {desk.invoice.open_balance - 3}


def test_a_payment_between_asking_and_approving_is_not_written_over(desk, clerk, sandbox):
    waiting = perform(desk.write_off_form(2, actor=clerk))
    desk.pay(1)
    change = approve(desk.actor, waiting.pk)
    assert (change.state, "changed since it was shown" in change.error) == (State.REFUSED, True)
    assert [each["method"] for each in sandbox.writes()] == ["POST"]


def test_it_is_taken_back_only_while_nothing_has_changed_since(desk):
    change = desk.write_off(2)
    desk.pay(1)
    with pytest.raises(Conflict, match="changed since it was written off"):
        desk.undo(change)


def test_payments_that_come_while_the_answer_is_lost_are_told_apart(desk, store):
    """The buyer pays as much as was to be written off: whether it was, the balance alone does not say."""
    outcomes = {}
    expected = {"drop_before": (State.REFUSED, 2, 1), "drop_after": (State.APPLIED, 4, 1)}
    kinds = whole_or(list(expected), ["drop_before"])
    for kind in kinds:
        desk.invoice.refresh_from_db()
        before = desk.invoice.open_balance
        desk.sandbox.fault(kind, method="PUT")
        change = desk.write_off(2)
        assert change.state == State.UNKNOWN
        desk.pay(2)
        settled = changes.resume(change, timezone.now() + 2 * QUARANTINE)
        refresh_invoices(store, [desk.invoice.api_id])
        taken = before - next(iter(desk.balances(desk.invoice)))
        outcomes[kind] = (settled.state, taken, len(desk.balances(desk.invoice)))
    assert outcomes == {kind: expected[kind] for kind in kinds}
    assert recount(store) == 0


def test_a_payment_before_it_is_read_back_is_not_called_a_write_off(desk, monkeypatch):
    read_back = changes.handlers[Change.Verb.WRITE_OFF].read_back

    def paid_meanwhile(change: Change) -> None:
        desk.pay(3)
        read_back(change)

    monkeypatch.setattr(changes.handlers[Change.Verb.WRITE_OFF], "read_back", paid_meanwhile)
    change = desk.write_off(2)
    assert desk.entries(change) == [("write-off", desk.invoice.api_id, -2)]
    assert desk.balances(desk.invoice) == {desk.invoice.open_balance - 5}


def test_who_may_write_off_how_much_alone(member):
    store = member(Role.CLERK).store
    amounts = (Decimal(5), Decimal("5.01"), Decimal(1000))

    def asks(role: Role, currency: str = "EUR") -> list[bool]:
        actor = member(role)
        actor.store = store
        return [needs_second_person(actor, amount, currency) for amount in amounts]

    assert [asks(role) for role in (Role.CLERK, Role.CONTROLLER, Role.ADMIN)] == [[True] * 3] + [
        [False] * 3
    ] * 2
    store.write_off_limits = {"clerk": {"EUR": "5"}, "controller": {"EUR": "999"}}
    assert [asks(role) for role in (Role.CLERK, Role.CONTROLLER, Role.ADMIN)] == [
        [False, True, True],
        [False, False, True],
        [False, False, True],
    ]
    assert asks(Role.CLERK, "USD") == asks(Role.ADMIN, "USD") == [True] * 3


@only_whole("receivables/payments/test_move_together.py::test_it_works")
def test_many_at_once(desk, store, sandbox, open_invoices):
    """All or none are asked for; each is sent by the worker."""
    batch = uuid.uuid4()
    rows = [Invoice.objects.get(pk=each.pk) for each in open_invoices[:2]]
    forms = [
        desk.write_off_form(
            1, invoice_id=row.api_id, seen=desk.seen(row), change_id=uuid.uuid5(batch, str(row.pk))
        )
        for row in rows
    ]
    with pytest.raises(Invalid, match="more than is open"):
        perform_batch(batch, [(forms[0], rows[0]), (desk.write_off_form(10**6), rows[0])])
    assert not Change.objects.exists()
    perform_batch(batch, list(zip(forms, rows, strict=True)))
    assert sandbox.writes() == []
    send_batch(str(batch))
    assert [change.state for change in Change.objects.filter(batch=batch)] == [State.APPLIED] * 2
    assert recount(store) == 0
