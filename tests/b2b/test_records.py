"""Every record, as either generation of the documentation shows it, becomes the same typed value."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from arportal.b2b import (
    Address,
    AppliedStatus,
    Card,
    Channel,
    Company,
    CompanyStatus,
    Credit,
    ExtraField,
    ExtraFieldType,
    InvalidResponse,
    Invoice,
    InvoiceStatus,
    Money,
    Order,
    OrderProduct,
    OrderStatus,
    Payment,
    ProcessingStatus,
    Receipt,
    ReceiptLine,
    User,
    UserRole,
)
from arportal.b2b.hierarchy import CompanyNode
from arportal.b2b.http.envelope import decode
from tests.b2b import samples
from tests.b2b.samples import GENERATIONS, RAW, TIDY, Generation

ISSUED = datetime(2025, 7, 1, 9, tzinfo=UTC)


def received(raw: dict[str, Any]) -> Any:
    """As it comes off the wire: numbers with a point are Decimals."""
    return decode(json.dumps(raw).encode())


def eur(value: str) -> Money:
    return Money(Decimal(value), "EUR")


@pytest.mark.parametrize("generation", GENERATIONS)
def test_invoice(generation: Generation) -> None:
    invoice = Invoice.parse(received(samples.invoice(generation)))
    assert (invoice.invoice_id, invoice.company_id, invoice.number) == (205, 31, "00000205")
    assert (invoice.original_balance, invoice.open_balance) == (eur("130"), eur("88.5"))
    assert (invoice.status, invoice.is_pending_payment) == (InvoiceStatus.PARTIALLY_PAID, True)
    assert (invoice.created_at, invoice.due_at) == (ISSUED, datetime(2025, 7, 31, 9, tzinfo=UTC))
    assert (invoice.channel_id, invoice.external_customer_id) == (1, None)


@pytest.mark.parametrize(
    ("told", "is_pending", "count"),
    [
        ({"isPendingPayment": 1, "pendingPaymentCount": 2}, True, 2),
        ({"isPendingPayment": None, "pendingPaymentCount": 1}, True, 1),
        ({"isPendingPayment": 0, "pendingPaymentCount": "1"}, True, 1),
        ({"isPendingPayment": 1, "pendingPaymentCount": None}, True, None),
        ({"isPendingPayment": 0, "pendingPaymentCount": 0}, False, 0),
    ],
)
def test_invoice_is_pending_by_flag_or_count(
    told: dict[str, Any], is_pending: bool, count: int | None
) -> None:
    invoice = Invoice.parse(samples.invoice(**told))
    assert (invoice.is_pending_payment, invoice.pending_payment_count) == (is_pending, count)


@pytest.mark.parametrize("generation", GENERATIONS)
def test_invoice_details(generation: Generation) -> None:
    details = Invoice.parse(received(samples.invoice(generation))).details
    (line,) = details.lines
    assert (line.sku, line.quantity, line.unit_price, line.unit_discount) == (
        "ROPE-12",
        3,
        eur("40.1"),
        eur("0"),
    )
    assert [(cost.description, cost.amount) for cost in details.cost_lines][1] == ("Freight", eur("9.7"))
    assert details.billing_address == Address(
        "Ines", "Okafor", "Quay 14", "", "Rotterdam", "Zuid-Holland", "3011 AA", "Netherlands"
    )
    assert (details.order_date, len(details.shipments)) == (ISSUED, 0 if generation == RAW else 1)


@pytest.mark.parametrize(
    "details", [None, {}, "", "123", [], {"header": None, "details": {"lineItems": None}}]
)
def test_invoice_details_may_be_missing(details: Any) -> None:
    read = Invoice.parse(samples.invoice(details=details)).details
    assert (read.lines, read.cost_lines, read.billing_address) == ((), (), None)


def test_unreadable_details_spare_the_invoice() -> None:
    invoice = Invoice.parse(samples.invoice(details={"details": {"lineItems": [{"quantity": "many"}]}}))
    with pytest.raises(
        InvalidResponse, match="GET /ip/invoices/205: details: quantity: 'many' is not an amount"
    ):
        invoice.details  # noqa: B018 - it is read on demand


@pytest.mark.parametrize("generation", GENERATIONS)
def test_payment(generation: Generation) -> None:
    payment = Payment.parse(received(samples.payment(generation)))
    assert (payment.payment_id, payment.company_id, payment.total) == (61, 31, eur("41.5"))
    assert [(line.invoice_id, line.amount) for line in payment.lines] == [
        (205, eur("30")),
        (206, eur("11.5")),
    ]
    assert (payment.is_offline, payment.processing_status) == (True, ProcessingStatus.PROCESSING)
    assert payment.applied_status is AppliedStatus.APPLIED
    assert payment.allowed_statuses == tuple(ProcessingStatus)[1:]
    assert payment.memo == ("" if generation == RAW else "July")


def test_online_payment() -> None:
    payment = Payment.parse(received(samples.online_payment()))
    (transaction,) = payment.transactions
    assert (payment.is_offline, payment.bc_order_id) == (False, 9078)
    assert (transaction.gateway, transaction.auth_code) == ("testgateway", "")
    assert transaction.card == Card("visa", "4242", 4, 2029)


def test_receipt() -> None:
    receipt = Receipt.parse(received(samples.receipt()))
    assert (receipt.receipt_id, receipt.payment_id, receipt.total) == (70, 61, eur("41.5"))
    assert (receipt.external_id, receipt.memo, receipt.transaction_type) == (None, "July", "Paid")


def test_receipt_line() -> None:
    line = ReceiptLine.parse(received(samples.receipt_line()))
    assert (line.line_id, line.receipt_id, line.invoice_id) == (90, 70, 205)
    assert (line.amount, line.payment_status) == (eur("30"), ProcessingStatus.PROCESSING)


def test_order() -> None:
    order = Order.parse(received(samples.order()))
    assert (order.order_id, order.bc_order_id, order.company_id) == (14, 9077, 31)
    assert (order.total, order.usd_total) == (eur("130.05"), Decimal("141.2"))
    assert (order.status_code, order.invoice_status) == (OrderStatus.SHIPPED, None)


@pytest.mark.parametrize("nobody", [0, None, ""])
def test_order_of_a_guest_has_no_company(nobody: Any) -> None:
    assert Order.parse(received(samples.order(companyId=nobody))).company_id is None


def test_order_product() -> None:
    product = OrderProduct.parse(samples.order_product())
    assert (product.sku, product.quantity, product.options[0].name) == ("ROPE-12", 3, "Length")


@pytest.mark.parametrize("generation", GENERATIONS)
def test_company(generation: Generation) -> None:
    company = Company.parse(received(samples.company(generation)))
    assert (company.company_id, company.name) == (31, "Okafor Chandlery")
    assert (company.status, company.group_id, company.created_at) == (CompanyStatus.APPROVED, 5, ISSUED)
    assert (company.parent_id, company.city) == ((None, "Rotterdam") if generation == RAW else (30, ""))


def test_user() -> None:
    user = User.parse(samples.user())
    assert (user.user_id, user.customer_id, user.company_id, user.role) == (501, 77, 31, UserRole.ADMIN)


def test_channel() -> None:
    channel = Channel.parse(samples.channel())
    assert (channel.channel_id, channel.internal_id, channel.created_at) == (1, 2, ISSUED)


def test_extra_field() -> None:
    field = ExtraField.parse(samples.extra_field())
    assert (field.name, field.type, field.choices) == (
        "costCentre",
        ExtraFieldType.DROPDOWN,
        ("North", "South"),
    )
    assert (field.maximum_length, field.number_of_rows, field.maximum_value) == (20, None, None)


def test_credit() -> None:
    credit = Credit.parse(received(samples.credit()))
    assert (credit.available, credit.is_enabled, credit.is_on_hold) == (eur("5000.25"), True, False)


def test_credit_without_a_currency_is_no_amount() -> None:
    assert Credit.parse(samples.credit(creditCurrency=None)).available is None


def test_credit_that_the_store_does_not_tell_is_no_amount() -> None:
    credit = Credit.parse(received(samples.credit(availableCredit=None)))
    assert (credit.available, credit.is_enabled) == (None, True)


def test_company_tree() -> None:
    leaf = {"companyId": 33, "companyName": "Leaf", "companyStatus": 1}
    node = CompanyNode.parse(
        {"companyId": "32", "companyName": "Stem", "companyStatus": "0", "subsidiaries": [leaf]}
    )
    assert [child.company_id for child in node.subsidiaries] == [33]


def test_a_bottomless_tree_is_refused() -> None:
    node: dict[str, Any] = {"companyId": 1}
    for _ in range(30):
        node = {"companyId": 1, "subsidiaries": [node]}
    with pytest.raises(InvalidResponse, match="too deeply"):
        CompanyNode.parse(node)


@pytest.mark.parametrize(
    ("parse", "raw"),
    [
        (Invoice.parse, samples.invoice(openBalance=None)),
        (Invoice.parse, samples.invoice(openBalance=samples.money("n/a"))),
        (Invoice.parse, samples.invoice(openBalance=samples.money(""))),
        (Invoice.parse, samples.invoice(openBalance={"value": "1"})),
        (Invoice.parse, samples.invoice(customerId=None)),
        (Invoice.parse, samples.invoice(id=True)),
        (Invoice.parse, samples.invoice(id=2**63)),
        (Invoice.parse, samples.invoice(status="paid")),
        (Invoice.parse, samples.invoice(dueDate="2025-07-31")),
        (Invoice.parse, samples.invoice(dueDate=samples.DUE * 1000)),
        (Payment.parse, samples.payment(total="41.5")),
        (Payment.parse, samples.payment(lineItems={"0": {}})),
        (Payment.parse, samples.payment(lineItems=[None])),
        (Receipt.parse, samples.receipt(total=samples.money("1,5"))),
        (Credit.parse, samples.credit(availableCredit="n/a")),
    ],
)
def test_what_cannot_be_read_is_refused(parse: Callable[[Any], Any], raw: dict[str, Any]) -> None:
    with pytest.raises(InvalidResponse):
        parse(raw)


def test_unknown_keys_are_kept() -> None:
    assert Company.parse(samples.company(TIDY, mood="fine")).raw["mood"] == "fine"


def test_an_invoice_in_two_currencies_makes_no_sense() -> None:
    raw = {
        "id": 31,
        "customerId": "4",
        "originalBalance": {"code": "USD", "value": "9.0000"},
        "openBalance": {"code": "EUR", "value": "5.0000"},
    }
    with pytest.raises(InvalidResponse, match="USD and EUR"):
        Invoice.parse(raw)
