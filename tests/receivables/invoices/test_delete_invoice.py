"""Deleting invoices: what goes with one, and what becomes of a deletion whose answer was lost."""

import uuid

import pytest

from arportal.mirror.api.connections import client_for
from arportal.mirror.models import Invoice, Order, PaymentLine
from arportal.receivables.changes.draft import Draft
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import perform, preview
from arportal.receivables.invoices import delete_invoice
from arportal.receivables.invoices.delete_invoice import GUARDED, DeleteInvoice, loss
from arportal.receivables.invoices.edit_invoice import (
    read_afresh,
)
from arportal.receivables.invoices.invoice_values import values_of
from arportal.receivables.models import Change

State = Change.State


@pytest.fixture
def invoice(controller, open_invoices) -> Invoice:
    return read_afresh(controller, open_invoices[0].api_id)


@pytest.fixture
def seen(invoice, store) -> dict:
    return values_of(invoice, store.zone)


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
    monkeypatch.setattr(delete_invoice, "refresh_invoices", lambda *_given: None)
    monkeypatch.setattr(delete_invoice, "refresh_order", lambda *given: read.append(given))
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
