"""Invoices, payments and receipts in a server the client knows nothing about, with every quirk of it turned once."""

from decimal import Decimal

import pytest

from arportal.b2b import (
    AppliedStatus,
    Client,
    InvoiceStatus,
    Money,
    NotFound,
    OfflineLine,
    OrderStatus,
    PaymentOperation,
    ProcessingStatus,
    Refused,
)
from tests.b2b.scenario import new_invoice, open_balance, pay
from tests.sandbox_server import Sandbox


def test_an_invoices_life(api_store: Client, api_quirks: dict[str, str]) -> None:
    invoice = new_invoice(api_store, api_quirks)
    assert (invoice.number, invoice.status, invoice.open_balance) == (
        "T-1",
        InvoiceStatus.OPEN,
        Money(Decimal(80), "EUR"),
    )
    with pytest.raises(Refused, match="already exists"):
        new_invoice(api_store, api_quirks)
    api_store.invoices.update(
        invoice.invoice_id, open_balance=Money.zero("EUR"), purchase_order_number="PO-9"
    )
    changed = api_store.invoices.get(invoice.invoice_id)
    assert (changed.status, changed.purchase_order_number) == (InvoiceStatus.PAID, "PO-9")
    assert api_store.invoices.download_pdf(invoice.invoice_id).preferred
    assert api_store.invoices.delete(invoice.invoice_id) == invoice.invoice_id
    with pytest.raises(NotFound):
        api_store.invoices.get(invoice.invoice_id)


def test_an_offline_payments_life(api_store: Client, api_quirks: dict[str, str]) -> None:
    invoice = new_invoice(api_store, api_quirks)
    at_once = api_quirks.get("apply_on") != "completed"
    payment_id = pay(
        api_store, invoice, "30.00", external_id="E-1", processing_status=ProcessingStatus.PROCESSING
    )
    assert open_balance(api_store, invoice) == (50 if at_once else 80)
    api_store.payments.set_processing_status(payment_id, ProcessingStatus.COMPLETED)
    assert api_store.payments.get(payment_id).applied_status is AppliedStatus.APPLIED
    assert open_balance(api_store, invoice) == 50
    api_store.payments.set_processing_status(payment_id, ProcessingStatus.REFUNDED)
    refunded = api_store.payments.get(payment_id)
    assert (refunded.applied_status, open_balance(api_store, invoice)) == (AppliedStatus.NOT_APPLIED, 80)
    assert (refunded.external_id, refunded.is_offline, refunded.memo) == ("E-1", True, "by hand")


def test_a_payment_is_changed_and_deleted(api_store: Client, api_quirks: dict[str, str]) -> None:
    invoice = new_invoice(api_store, api_quirks)
    payment_id = pay(api_store, invoice, "30.00", processing_status=ProcessingStatus.COMPLETED)
    api_store.payments.update_offline(payment_id, lines=[OfflineLine(invoice.invoice_id, Decimal("10.5"))])
    changed = api_store.payments.get(payment_id)
    assert (changed.total.amount, changed.memo, open_balance(api_store, invoice)) == (
        Decimal("10.5"),
        "by hand",
        Decimal("69.5"),
    )
    assert len(api_store.payments.transactions(payment_id)) == 1
    assert ProcessingStatus.REFUNDED in api_store.payments.allowed_now(payment_id).statuses
    assert api_store.payments.delete(payment_id) == payment_id
    assert open_balance(api_store, invoice) == 80


def test_a_payment_is_applied_by_hand(api_store: Client, api_quirks: dict[str, str]) -> None:
    invoice = new_invoice(api_store, api_quirks)
    payment_id = pay(api_store, invoice, "30.00", processing_status=ProcessingStatus.PROCESSING)
    allowed = api_store.payments.allowed_now(payment_id).operations
    if "apply_on" in api_quirks:
        assert PaymentOperation.APPLY in allowed
        assert api_store.payments.operate(payment_id, PaymentOperation.APPLY) == payment_id
        assert open_balance(api_store, invoice) == 50
    else:
        assert allowed == ()
        with pytest.raises(Refused):
            api_store.payments.operate(payment_id, PaymentOperation.APPLY)


def test_receipts_follow_a_payment(sandbox: Sandbox, api_store: Client, api_quirks: dict[str, str]) -> None:
    invoice = new_invoice(api_store, api_quirks)
    payment_id = pay(api_store, invoice, "30.00")
    sandbox.control("PUT", "clock", {"advance": 10})  # past any delay of the search index
    (line,) = api_store.receipts.lines_for_invoice(invoice.invoice_id)
    receipt = api_store.receipts.get(line.receipt_id)
    assert (receipt.payment_id, receipt.total, line.amount) == (
        payment_id,
        line.amount,
        Money(Decimal(30), "EUR"),
    )
    assert receipt.external_id is None
    assert list(api_store.receipts.lines_of(receipt.receipt_id)) == [line]
    assert api_store.receipts.get_line(receipt.receipt_id, line.line_id) == line
    assert receipt in list(api_store.receipts.for_company(invoice.company_id))
    api_store.receipts.delete_line(receipt.receipt_id, line.line_id)
    assert api_store.receipts.delete(receipt.receipt_id) == receipt.receipt_id


def test_a_payment_is_found_by_its_external_id(
    sandbox: Sandbox, api_store: Client, api_quirks: dict[str, str]
) -> None:
    invoice = new_invoice(api_store, api_quirks)
    ids = [pay(api_store, invoice, "1.00", external_id=name) for name in ("E-1", "E-11")]
    sandbox.control("PUT", "clock", {"advance": 10})
    assert [payment.payment_id for payment in api_store.payments.with_external_id("E-1")] == ids[:1]
    found = [payment.payment_id for payment in api_store.payments.for_company(invoice.company_id)]
    assert set(ids) <= set(found)


def test_an_online_payment(sandbox: Sandbox, api_store: Client, api_quirks: dict[str, str]) -> None:
    invoice = new_invoice(api_store, api_quirks)
    raw = sandbox.control("POST", "pay-online", {"invoiceId": invoice.invoice_id, "amount": "20.00"})
    payment = api_store.payments.get(raw["id"])
    (transaction,) = api_store.payments.transactions(payment.payment_id)
    assert (payment.is_offline, payment.total.amount, transaction.type) == (
        False,
        20,
        "CreditCardTransaction",
    )
    assert payment.processing_status == int(api_quirks.get("status_after_payment", 3))
    order = api_store.orders.get(payment.bc_order_id or 0)
    assert order.is_invoice_order


def test_an_order_becomes_an_invoice(api_store: Client) -> None:
    order = next(
        order
        for order in api_store.orders.list()
        if order.company_id
        and order.status_code != OrderStatus.INCOMPLETE
        and not api_store.orders.get(order.bc_order_id).invoice_id
    )
    made = api_store.invoices.create_from_order(order.order_id)
    invoice = api_store.invoices.get(made.invoice_id)
    assert (invoice.number, invoice.order_number, invoice.open_balance) == (
        made.number,
        str(order.bc_order_id),
        order.total,
    )
    assert api_store.orders.get(order.bc_order_id).invoice_id == made.invoice_id
    with pytest.raises(Refused):
        api_store.invoices.create_from_order(order.order_id)
    with pytest.raises(NotFound):
        api_store.invoices.create_from_order(999_999)


def test_quirks_of_their_own(api_store: Client, api_quirks: dict[str, str]) -> None:
    """What some quirks refuse, the default accepts."""
    invoice = new_invoice(api_store, api_quirks)
    if "reject_overpayment" in api_quirks:
        with pytest.raises(Refused):
            pay(api_store, invoice, "80.01")
    else:
        pay(api_store, invoice, "80.01", processing_status=ProcessingStatus.COMPLETED)
        assert api_store.invoices.get(invoice.invoice_id).status is InvoiceStatus.PAID
    if "block_delete_with_payments" in api_quirks:
        with pytest.raises(Refused):
            api_store.invoices.delete(invoice.invoice_id)
