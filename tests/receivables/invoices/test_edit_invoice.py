"""Correcting and deleting invoices, one and many."""

import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.mirror.api.connections import client_for
from arportal.mirror.models import Invoice, Order, PaymentLine
from arportal.receivables.changes import changes, state_machine
from arportal.receivables.changes.errors import Conflict, Invalid, StoreUnreadable
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import Draft, perform, preview
from arportal.receivables.invoices import bulk_invoices, invoice_deletion
from arportal.receivables.invoices.invoice_deletion import GUARDED, DeleteInvoice, loss
from arportal.receivables.invoices.invoice_editing import (
    EditInvoice,
    check,
    read_afresh,
    warnings,
)
from arportal.receivables.invoices.invoice_values import plain, values_of
from arportal.receivables.models import Change
from arportal.receivables.tasks import send_batch
from arportal.stores.access import NotAllowed, Permission
from tests.receivables.asking import ask
from tests.whole import only_whole, whole_or

State = Change.State


@pytest.fixture
def invoice(controller, open_invoices) -> Invoice:
    return read_afresh(controller, open_invoices[0].api_id)


@pytest.fixture
def seen(invoice, store) -> dict:
    return values_of(invoice, store.zone)


@pytest.fixture
def edit(controller, invoice, seen):
    def edit(seen=seen, **wanted) -> Change:
        return perform(
            EditInvoice(
                actor=controller,
                change_id=uuid.uuid4(),
                invoice_id=invoice.api_id,
                seen=seen,
                wanted={**seen, **wanted},
            )
        )

    return edit


@pytest.fixture
def held(invoice, sandbox):
    return lambda: sandbox.get(f"/ip/invoices/{invoice.api_id}")


def test_it_works(edit, held, invoice, sandbox):
    change = edit(po_number="PO-9", due_on="2027-01-31")
    assert (change.state, set(change.after)) == (State.APPLIED, {"po_number", "due_on"})
    assert len(sandbox.writes()) == 1
    assert held()["purchaseOrderNumber"] == "PO-9"
    invoice.refresh_from_db()
    assert invoice.due_on.isoformat() == "2027-01-31"


def test_details_are_sent_whole_with_the_address_put_in(edit, held, seen):
    before = held()["details"]
    edit(billing={**seen["billing"], "city": "Oban"})
    after = held()["details"]
    assert after["header"]["billingAddress"]["city"] == "Oban"
    assert after["details"] == before["details"]
    assert after["header"]["costLines"] == before["header"]["costLines"]


def test_an_invoice_that_was_paid_meanwhile_is_left_alone(edit, invoice, seen, sandbox):
    sandbox.put(
        f"/ip/invoices/{invoice.api_id}", {"openBalance": {"code": invoice.currency, "value": "1.00"}}
    )
    before = len(sandbox.writes())
    with pytest.raises(Conflict) as refused:
        edit(po_number="PO-9")
    assert refused.value.now["open_balance"] == "1"
    assert refused.value.seen == seen
    assert len(sandbox.writes()) == before


def test_what_no_invoice_may_become(edit, sandbox, invoice):
    cases = [
        ({}, ""),
        ({"number": ""}, "number"),
        ({"number": Invoice.objects.exclude(pk=invoice.pk)[0].number}, "number"),
        ({"due_on": None}, "due_on"),
        ({"original_balance": "0"}, "original_balance"),
    ]
    for wanted, field in whole_or(cases, [cases[0], cases[2], cases[4]]):
        with pytest.raises(Invalid) as refused:
            edit(**wanted)
        assert field in refused.value.fields, wanted
    assert sandbox.writes() == []


def refusals(invoice: Invoice, **after: str | None) -> dict[str, list[str]]:
    try:
        check(invoice, after)
    except Invalid as refused:
        return refused.fields
    return {}


def test_a_number_is_taken_by_another_invoice_of_the_store_that_is_there(invoice, open_invoices, other_store):
    another = Invoice.objects.filter(pk=open_invoices[1].pk)
    another.update(number="TAKEN")
    assert refusals(invoice, number="TAKEN") == {"number": ["There is already an invoice TAKEN."]}
    assert refusals(invoice, number=" ") == {"number": ["An invoice needs a number."]}
    assert refusals(invoice, number=invoice.number) == refusals(invoice, number="FREE") == {}
    another.update(gone_at=timezone.now())
    assert refusals(invoice, number="TAKEN") == {}
    another.update(gone_at=None, store=other_store)
    assert refusals(invoice, number="TAKEN") == {}


def test_the_least_of_days_and_amounts(invoice):
    assert refusals(invoice, due_on="1970-01-02", original_balance="0.01") == {}
    assert refusals(invoice, due_on="1970-01-01", original_balance="0") == {
        "due_on": ["The store keeps no date before 1970."],
        "original_balance": ["It must be above zero."],
    }


def test_what_never_arrived_is_sent_again(edit, sandbox):
    sandbox.fault("drop_before", method="PUT")
    change = edit(po_number="PO-9")
    later = timezone.now() + 2 * state_machine.QUARANTINE
    change = changes.resume(change, later)
    assert (change.state, change.attempts) == (State.APPLIED, 2)


def test_what_cannot_be_read(controller, invoice, sandbox):
    sandbox.delete(f"/ip/invoices/{invoice.api_id}")
    with pytest.raises(Invalid, match="no longer has this invoice"):
        read_afresh(controller, invoice.api_id)
    sandbox.fault("500", method="GET", count=9)
    with pytest.raises(StoreUnreadable):
        read_afresh(controller, invoice.api_id)


def test_what_somebody_else_wrote_since_is_not_undone(edit, invoice, sandbox):
    sandbox.fault("drop_before", method="PUT")
    change = edit(po_number="PO-9")
    sandbox.put(f"/ip/invoices/{invoice.api_id}", {"purchaseOrderNumber": "theirs"})
    later = timezone.now() + 2 * state_machine.QUARANTINE
    assert changes.resume(change, later).state == State.REFUSED


def test_writing_a_balance_off_may_need_a_second_person(edit, controller, invoice, store, sandbox):
    controller.store.approval_limits = {invoice.currency: "0.01"}
    change = edit(open_balance="0")
    assert (change.state, change.amount) == (State.WAITING, invoice.open_balance)
    assert sandbox.writes() == []


def test_it_moves_the_difference_of_the_balances(controller, invoice, seen):
    less = plain(invoice.open_balance - 1)
    form = EditInvoice(
        actor=controller,
        change_id=uuid.uuid4(),
        invoice_id=invoice.api_id,
        seen=seen,
        wanted={"open_balance": less},
    )
    assert preview(form) == Draft(
        company_id=invoice.company_id,
        before={"open_balance": seen["open_balance"]},
        after={"open_balance": less},
        amount=Decimal(1),
        currency=invoice.currency,
    )


def test_status_and_balance_that_disagree_are_warned_about():
    values = {"status": 2, "open_balance": "5", "original_balance": "9"}
    assert "Marked paid" in warnings(values)[0]
    assert "Marked open" in warnings({**values, "status": 0})[0]
    assert "nothing has been paid" in warnings({**values, "status": 1, "open_balance": "9"})[0]
    assert "more than the original amount" in warnings({**values, "status": 0, "open_balance": "10"})[0]
    assert warnings({**values, "status": 1}) == []
    assert "Marked paid" in warnings({**values, "open_balance": "0.01"})[0]
    assert "Marked open" in warnings({**values, "status": 0, "open_balance": "0.01"})[0]
    assert warnings({**values, "open_balance": "0"}) == []
    assert [warnings({**values, "status": 0, "open_balance": opened}) for opened in ("0", "9")] == [[], []]


def delete_form(actor, invoice: Invoice, seen: dict, reason: str = "Made twice") -> DeleteInvoice:
    return DeleteInvoice(
        actor=actor,
        change_id=uuid.uuid4(),
        invoice_id=invoice.api_id,
        seen=seen,
        reason=reason,
    )


@pytest.fixture
def delete(controller, invoice, seen):
    return lambda reason="Made twice": perform(delete_form(controller, invoice, seen, reason))


def test_deleting(delete, invoice):
    assert delete().state == State.APPLIED
    invoice.refresh_from_db()
    assert invoice.gone_at is not None


def test_deleting_needs_a_reason(delete, sandbox):
    with pytest.raises(Invalid, match="Give a reason"):
        delete(reason=" ")
    assert sandbox.writes() == []


def test_what_is_deleted_is_no_more_than_was_shown(controller, delete, invoice, seen, sandbox):
    assert preview(delete_form(controller, invoice, seen)) == Draft(
        company_id=invoice.company_id,
        before={name: seen[name] for name in GUARDED},
        amount=invoice.open_balance,
        currency=invoice.currency,
    )
    sandbox.put(f"/ip/invoices/{invoice.api_id}", {"status": 1 if invoice.status == 0 else 0})
    with pytest.raises(Conflict) as refused:
        delete()
    assert refused.value.seen == seen
    assert refused.value.now["status"] != seen["status"]


def test_a_lost_deletion_is_looked_for(delete, invoice, store, sandbox):
    sandbox.fault("drop_before", method="DELETE")
    change, client = delete(), client_for(store)
    address = f"/ip/invoices/{invoice.api_id}"

    def look_up() -> LookupOutcome:
        return DeleteInvoice.handler.look_up(client, change).outcome

    assert look_up() is LookupOutcome.NOT_DONE
    sandbox.put(address, {"status": 1 if invoice.status == 0 else 0})
    assert look_up() is LookupOutcome.OVERTAKEN
    sandbox.delete(address)
    assert look_up() is LookupOutcome.DONE


def test_the_order_of_a_deleted_invoice_is_read_back(store, other_store, invoice, monkeypatch):
    """It may be invoiced again."""
    read = []
    monkeypatch.setattr(invoice_deletion, "refresh_invoices", lambda *_given: None)
    monkeypatch.setattr(invoice_deletion, "refresh_order", lambda *given: read.append(given))
    change = Change(store=store, target_id=invoice.api_id)
    Invoice.objects.exclude(pk=invoice.pk).update(order_number="78")
    for order_number in ("", "PO/7"):
        Invoice.objects.filter(pk=invoice.pk).update(order_number=order_number)
        DeleteInvoice.handler.read_back(change)
    assert read == []
    Invoice.objects.filter(pk=invoice.pk).update(order_number="77")
    DeleteInvoice.handler.read_back(change)
    DeleteInvoice.handler.read_back(Change(store=other_store, target_id=invoice.api_id))
    assert read == [(store, 77)]


def test_what_goes_with_an_invoice(controller, payment, store, other_store):
    line = PaymentLine.objects.filter(store=store, payment_id=payment.api_id)[0]
    invoice = Invoice.objects.get(api_id=line.invoice_id)
    PaymentLine.objects.create(
        store=other_store, payment_id=1, position=0, invoice_id=invoice.api_id, currency="USD", amount=1
    )
    lines = PaymentLine.objects.filter(store=store, invoice_id=invoice.api_id)
    order = Order.objects.filter(store=store)[1]
    for invoice.order_number, its_order in ((str(order.api_id), order), ("", None), ("PO/7", None)):
        found = loss(controller, invoice)
        assert (found.open, found.order) == (invoice.open_money, its_order)
        assert found.paid == list(lines.order_by("payment_id", "position"))


@pytest.fixture
def together(controller, open_invoices):
    ids = [each.api_id for each in open_invoices[:2]]

    def together(wanted, batch=None, actor=controller, reason=""):
        return bulk_invoices.change_together(actor, batch or uuid.uuid4(), ids, wanted, reason)

    return together


def test_many_at_once(together, controller, admin, open_invoices):
    batch = uuid.uuid4()
    # The same form again asks for nothing more, and is nobody else's.
    assert together({"due_on": "2027-02-28"}, batch) == together({"due_on": "2027-02-28"}, batch) == 2
    with pytest.raises(Invalid, match="already used"):
        together({"due_on": "2027-02-28"}, batch, admin)
    assert Change.objects.filter(batch=batch).count() == 2
    send_batch(batch=str(batch))
    assert {each.state for each in bulk_invoices.changes_in(controller, batch)} == {State.APPLIED}
    open_invoices[0].refresh_from_db()
    assert open_invoices[0].due_on.month == 2


def test_what_is_so_already_is_left_out(together, controller, open_invoices, store):
    due = values_of(open_invoices[0], store.zone)["due_on"]
    found = bulk_invoices.outlooks(controller, open_invoices[:1], {"due_on": due})
    assert found[0].refusal == "It is so already; nothing changes."


def test_the_outlook_of_each(controller, clerk, open_invoices, store):
    """As the page shows it, before anybody asks for it."""
    first, second = open_invoices[:2]
    ask(clerk, uuid.uuid4(), Change.Verb.WRITE_OFF, company_id=second.company_id, target_id=second.api_id)

    def told(wanted: dict | None) -> list[tuple[str, list[str]]]:
        found = bulk_invoices.outlooks(controller, [first, second], wanted)
        return [(row.refusal, [words[:11] for words in row.warnings]) for row in found]

    busy = "Another change of it is under way."
    assert told({"status": 2}) == [("", ["Marked paid"]), (busy, ["Marked paid"])]
    assert told({"due_on": None})[0] == ("The store cannot remove a due date.", [])
    assert told(None) == [("", []), (busy, [])]
    (deleted,) = bulk_invoices.outlooks(controller, [first], None)
    seen = values_of(first, store.zone)
    assert (deleted.before, deleted.after) == ({name: seen[name] for name in GUARDED}, {})


def test_many_are_refused_before_they_are_looked_at(controller, open_invoices, monkeypatch):
    """A program's token may have one of the two rights alone."""
    edit, delete = {"status": 2}, None
    for granted, wanted in (
        (frozenset({Permission.EDIT_INVOICE}), delete),
        (frozenset({Permission.DELETE_INVOICE}), edit),
    ):
        controller.granted = granted
        with pytest.raises(NotAllowed):
            bulk_invoices.change_together(controller, uuid.uuid4(), [], wanted, "Made twice")
    controller.granted = None
    monkeypatch.setattr(bulk_invoices, "MOST", 1)
    ids = [invoice.api_id for invoice in open_invoices[:2]]
    for chosen in ([], ids):
        with pytest.raises(Invalid, match="at least one invoice, and no more than 1"):
            bulk_invoices.change_together(controller, uuid.uuid4(), chosen, edit)
    assert bulk_invoices.change_together(controller, uuid.uuid4(), ids[:1], {"po_number": "PO-1"}) == 1


def test_the_changes_of_a_batch_are_those_of_invoices(controller):
    batch, verb = uuid.uuid4(), Change.Verb
    for its_batch, its_verb in (
        (batch, verb.EDIT_INVOICE),
        (batch, verb.SET_TERMS),
        (uuid.uuid4(), verb.EDIT_INVOICE),
    ):
        ask(controller, uuid.uuid4(), its_verb, company_id=1, target_id=1, batch=its_batch)
    assert [each.verb for each in bulk_invoices.changes_in(controller, batch)] == [verb.EDIT_INVOICE]


@only_whole("test_an_invoice_that_was_paid_meanwhile_is_left_alone")
def test_one_paid_meanwhile_is_told_and_the_other_done(together, controller, open_invoices, sandbox):
    batch, first = uuid.uuid4(), open_invoices[0]
    together({"status": 2}, batch)
    sandbox.put(f"/ip/invoices/{first.api_id}", {"status": 1 if first.status == 0 else 0})
    send_batch(batch=str(batch))
    states = {each.target_id: each.state for each in bulk_invoices.changes_in(controller, batch)}
    assert states[first.api_id] == State.REFUSED
    assert State.APPLIED in states.values()


def test_deleting_many_needs_a_reason(together, sandbox):
    with pytest.raises(Invalid, match="Give a reason") as refused:
        together(None)
    assert set(refused.value.fields) == {"reason"}


def test_deleting_many(together, controller, open_invoices):
    batch = uuid.uuid4()
    assert together(None, batch, reason="Made twice") == 2
    asked = bulk_invoices.changes_in(controller, batch)
    assert {(each.verb, each.payload["reason"]) for each in asked} == {("delete invoice", "Made twice")}
    send_batch(batch=str(batch))
    open_invoices[0].refresh_from_db()
    assert open_invoices[0].gone_at is not None


def test_amounts_are_compared_by_value(invoice, seen):
    assert seen["open_balance"] == f"{invoice.open_balance.normalize():f}"
    assert Decimal(seen["open_balance"]) == invoice.open_balance
