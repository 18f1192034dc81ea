"""Correcting and deleting invoices, one and many."""

import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.mirror.models import Invoice, PaymentLine
from arportal.receivables.changes import changes, state_machine
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.invoices import bulk_invoices
from arportal.receivables.invoices.invoice_deletion import DeleteInvoice, loss
from arportal.receivables.invoices.invoice_editing import (
    EditInvoice,
    read_afresh,
    warnings,
)
from arportal.receivables.invoices.invoice_values import values_of
from arportal.receivables.models import Change
from arportal.receivables.tasks import send_batch
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


def test_an_invoice_that_was_paid_meanwhile_is_left_alone(edit, invoice, sandbox):
    sandbox.put(
        f"/ip/invoices/{invoice.api_id}", {"openBalance": {"code": invoice.currency, "value": "1.00"}}
    )
    before = len(sandbox.writes())
    with pytest.raises(Conflict) as refused:
        edit(po_number="PO-9")
    assert refused.value.now["open_balance"] == "1"
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


def test_status_and_balance_that_disagree_are_warned_about():
    values = {"status": 2, "open_balance": "5", "original_balance": "9"}
    assert "Marked paid" in warnings(values)[0]
    assert "Marked open" in warnings({**values, "status": 0})[0]
    assert "nothing has been paid" in warnings({**values, "status": 1, "open_balance": "9"})[0]
    assert "more than the original amount" in warnings({**values, "status": 0, "open_balance": "10"})[0]
    assert warnings({**values, "status": 1}) == []


@pytest.fixture
def delete(controller, invoice, seen):
    def delete(reason="Made twice") -> Change:
        return perform(
            DeleteInvoice(
                actor=controller,
                change_id=uuid.uuid4(),
                invoice_id=invoice.api_id,
                seen=seen,
                reason=reason,
            )
        )

    return delete


def test_deleting(delete, invoice):
    assert delete().state == State.APPLIED
    invoice.refresh_from_db()
    assert invoice.gone_at is not None


def test_deleting_needs_a_reason(delete, sandbox):
    with pytest.raises(Invalid, match="Give a reason"):
        delete(reason=" ")
    assert sandbox.writes() == []


def test_what_goes_with_an_invoice(controller, payment, store):
    line = PaymentLine.objects.filter(store=store, payment_id=payment.api_id)[0]
    found = loss(controller, Invoice.objects.get(api_id=line.invoice_id))
    assert line in found.paid


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
    with pytest.raises(Invalid, match="Give a reason"):
        together(None)


@only_whole("test_many_at_once")
def test_deleting_many(together, controller, open_invoices):
    batch = uuid.uuid4()
    assert together(None, batch, reason="Made twice") == 2
    send_batch(batch=str(batch))
    open_invoices[0].refresh_from_db()
    assert open_invoices[0].gone_at is not None


def test_amounts_are_compared_by_value(invoice, seen):
    assert seen["open_balance"] == f"{invoice.open_balance.normalize():f}"
    assert Decimal(seen["open_balance"]) == invoice.open_balance
