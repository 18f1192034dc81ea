"""Invoices made out of orders."""

import uuid
from types import SimpleNamespace

import pytest
from django.utils import timezone

from arportal.mirror.models import Invoice, Order
from arportal.receivables.changes import changes
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.invoices.invoice_order import InvoiceOrder
from arportal.receivables.models import Change

State = Change.State


@pytest.fixture
def fresh_order(sandbox, company, store) -> Order:
    placed = sandbox.control("POST", "place-order", {"companyId": company.api_id})
    sandbox.control("PUT", "clock", {"advance": 15})
    return Order.objects.create(
        store=store,
        api_id=placed["bcOrderId"],
        b2b_id=placed["id"],
        company_id=company.api_id,
        status_code=11,
    )


def invoice_order(actor, change_id, order_id) -> Change:
    return perform(InvoiceOrder(actor=actor, change_id=change_id, order_id=order_id))


def test_an_order_is_invoiced(controller, fresh_order, sandbox):
    change = invoice_order(controller, uuid.uuid4(), fresh_order.api_id)
    assert change.state == State.APPLIED
    invoice = Invoice.objects.get(api_id=change.target_id)
    assert invoice.order_number == str(fresh_order.api_id)
    fresh_order.refresh_from_db()
    assert fresh_order.raw["invoiceId"] == change.target_id


def test_a_second_invoice_of_an_order_is_refused(controller, fresh_order):
    invoice_order(controller, uuid.uuid4(), fresh_order.api_id)
    with pytest.raises(Invalid, match="already has an invoice"):
        invoice_order(controller, uuid.uuid4(), fresh_order.api_id)


def test_a_lost_answer_is_looked_up_at_the_order(controller, fresh_order, sandbox):
    sandbox.fault("drop_after", method="POST")
    change = invoice_order(controller, uuid.uuid4(), fresh_order.api_id)
    assert changes.resume(change, timezone.now()).state == State.APPLIED
    assert Invoice.objects.filter(order_number=str(fresh_order.api_id)).count() == 1


def test_a_guests_order_cannot_be_invoiced(controller, store):
    guests = Order.objects.filter(company_id=None)[0]
    with pytest.raises(Invalid, match="private customer"):
        invoice_order(controller, uuid.uuid4(), guests.api_id)


def test_an_order_has_one_invoice(controller, store, other_store, company):
    """By what the store says of the order, or by an invoice of the store that names it."""
    order = Order(store=store, api_id=77, b2b_id=1, company_id=company.api_id, status_code=11, raw={})
    verb = InvoiceOrder(actor=controller, change_id=uuid.uuid4(), order_id=77)
    assert (verb.company_of(order), verb.company_of(Order(company_id=None))) == (company.api_id, 0)
    verb.check(order)
    order.raw = {"invoiceId": 5}
    with pytest.raises(Invalid, match="already has an invoice"):
        verb.check(order)
    order.raw = {}
    its = Invoice.objects.filter(pk=Invoice.objects.filter(store=store)[0].pk)
    its.update(order_number="77")
    with pytest.raises(Invalid, match="already has an invoice"):
        verb.check(order)
    its.update(gone_at=timezone.now())
    verb.check(order)
    its.update(gone_at=None, store=other_store)
    verb.check(order)


def test_what_was_sent_later_looks_first_whether_the_order_has_an_invoice():
    change = Change(payload={"order_id": 77}, after={"b2b_id": 1}, is_deferred=True)
    made = SimpleNamespace(invoice_id=5)
    client = SimpleNamespace(
        orders=SimpleNamespace(get=lambda _order_id: made),
        invoices=SimpleNamespace(create_from_order=lambda _b2b_id: made),
    )
    with pytest.raises(Conflict, match="already has an invoice"):
        InvoiceOrder.handler.send(client, change)
    client.orders.get = lambda _order_id: SimpleNamespace(invoice_id=None)
    assert InvoiceOrder.handler.send(client, change) == 5
    # At once it is not asked again: that was done when it was asked for.
    change.is_deferred, client.orders = False, None
    assert InvoiceOrder.handler.send(client, change) == 5
