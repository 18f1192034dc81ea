"""Invoices made from scratch and out of orders."""

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.mirror.models import Invoice, Order
from arportal.receivables.changes import changes, state_machine
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.invoices.invoice_drafts import DraftCost, DraftLine, InvoiceDraft
from arportal.receivables.invoices.invoicing import CreateInvoice, InvoiceOrder
from arportal.receivables.invoices.numbers import suggested_number
from arportal.receivables.models import Change

State = Change.State
HOME = {"first_name": "Ada", "last_name": "Moss", "street1": "4 Quay", "city": "Leith", "country": "Scotland"}


@pytest.fixture
def draft(company) -> InvoiceDraft:
    return InvoiceDraft(
        company_id=company.api_id,
        number="AR-0001",
        currency="USD",
        issued_on=dt.date(2026, 11, 2),
        due_on=dt.date(2026, 12, 2),
        lines=(DraftLine(description="Anchor", sku="A-1", quantity=Decimal(3), unit_price=Decimal("19.99")),),
        costs=(DraftCost(description="Freight", amount=Decimal("5.00")),),
        billing=HOME,
    )


def create_invoice(actor, change_id, invoice) -> Change:
    return perform(CreateInvoice(actor=actor, change_id=change_id, invoice=invoice))


def test_it_works(controller, draft, sandbox):
    change = create_invoice(controller, uuid.uuid4(), draft)
    assert change.state == State.APPLIED
    held = sandbox.get(f"/ip/invoices/{change.target_id}")
    assert held["originalBalance"] == {"code": "USD", "value": "64.9700"}
    assert [line["description"] for line in held["details"]["header"]["costLines"]] == ["Subtotal", "Freight"]
    assert held["details"]["header"]["billingAddress"]["city"] == "Leith"
    assert Invoice.objects.get(api_id=change.target_id).number == "AR-0001"


def test_the_payload_comes_back_as_it_was(draft):
    assert InvoiceDraft.of_payload(draft.as_payload()) == draft


def test_a_part_paid_before(controller, draft, sandbox):
    change = create_invoice(controller, uuid.uuid4(), replace(draft, paid=Decimal("4.97")))
    assert sandbox.get(f"/ip/invoices/{change.target_id}")["openBalance"]["value"] == "60.0000"


def test_a_number_somebody_else_took_meanwhile_is_not_ours(controller, draft, sandbox):
    sandbox.fault("drop_before", method="POST")
    change = create_invoice(controller, uuid.uuid4(), draft)
    balance = {"code": "USD", "value": 1}
    sandbox.post(
        "/ip/invoices",
        {
            **{"invoiceNumber": "AR-0001", "customerId": str(draft.company_id)},
            **{"originalBalance": balance, "openBalance": balance},
        },
    )
    later = timezone.now() + 2 * state_machine.QUARANTINE
    assert changes.resume(change, later).state == State.REFUSED


def test_what_no_invoice_may_be(controller, draft, sandbox, store):
    taken = Invoice.objects.filter(store=store)[0].number
    cases = [
        ({"number": " "}, "number", "Give the invoice a number"),
        ({"number": taken}, "number", "already"),
        ({"lines": (), "costs": ()}, "", "at least one line"),
        ({"due_on": dt.date(2026, 11, 1)}, "due_on", "before the invoice date"),
        ({"paid": Decimal(100)}, "paid", "between zero and the total"),
        ({"costs": (DraftCost(description="Off", amount=Decimal(-99)),)}, "", "must be above zero"),
        ({"costs": (DraftCost(description="Tax", amount=Decimal("1.001")),)}, "", "more decimals"),
    ]
    for wrong, field, reason in cases:
        with pytest.raises(Invalid) as refused:
            create_invoice(controller, uuid.uuid4(), replace(draft, **wrong))
        assert reason in refused.value.fields[field][0], wrong
    assert sandbox.writes() == []


def test_a_number_taken_at_the_store_a_moment_ago(controller, draft, sandbox):
    create_invoice(controller, uuid.uuid4(), draft)
    Invoice.objects.filter(number="AR-0001").delete()
    with pytest.raises(Invalid, match="already"):
        create_invoice(controller, uuid.uuid4(), draft)


def test_yen_have_no_decimals(controller, draft, sandbox):
    line = DraftLine(description="Anker", quantity=Decimal("1.5"), unit_price=Decimal(333))
    change = create_invoice(controller, uuid.uuid4(), replace(draft, currency="JPY", lines=(line,), costs=()))
    assert sandbox.get(f"/ip/invoices/{change.target_id}")["originalBalance"]["value"] == "500.0000"


def test_the_suggested_number_follows_the_newest(store):
    newest = Invoice.objects.order_by("-issued_on", "-api_id")[0]
    Invoice.objects.filter(pk=newest.pk).update(number="INV-0099-A")
    assert suggested_number(store) == "INV-0100-A"


def test_the_suggested_number_is_the_next_of_the_range(store):
    store.first_number, store.last_number = "R.0001", "R.0003"
    assert suggested_number(store) == "R.0001"
    numbers = ["R.0001", "Rx0002", "R.00021", "R.9999", "R.0002"]
    for invoice, number in zip(Invoice.objects.order_by("api_id"), numbers, strict=False):
        Invoice.objects.filter(pk=invoice.pk).update(number=number)
    assert suggested_number(store) == "R.0003"
    # One that is gone keeps its number.
    Invoice.objects.filter(number="R.9999").update(number="R.0003", gone_at=timezone.now())
    assert suggested_number(store) == ""


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
