"""A buyer in the storefront: paying invoices at checkout (rule 31) and placing orders (rules 14, 16)."""

from typing import Any
from uuid import uuid4

from django.db.models import Max

from arportal.sandbox import channels
from arportal.sandbox.addresses import address
from arportal.sandbox.models import Company, Invoice, Order, Payment, Product, User
from arportal.sandbox.models.payments import ONLINE
from arportal.sandbox.requests import amounts, clock, params, quirks, refusals
from arportal.sandbox.rules import balances, invoices, offline, payments, receipts

OFFLINE_METHODS = ("cheque", "bankdeposit", "cod", "moneyorder")
COMPLETED, AWAITING_FULFILLMENT = 10, 11
CARD = {"type": "Visa", "last4": "4242", "expiryYear": 2031, "expiryMonth": 11}
PRODUCTS_PLACED = 3  # when nobody says what is bought


def pay_online(body: dict[str, Any]) -> Payment:
    """Body: lineItems as for an offline payment, or invoiceId; optional method, card, processingStatus."""
    method = str(body.get("method", "braintree"))
    if method in OFFLINE_METHODS:
        raise refusals.worded(422, f"{method} is an offline method", refusals.PARAMETER)
    lines = _lines(body)
    order = _payment_order(lines)
    payment = _payment(body, method, order)
    payments.write_lines(payment, lines)
    payments.follow_status(payment)
    receipts.issue(payment)
    balances.refresh_pending([invoice.pk for invoice, _ in lines])
    return payment


def _lines(body: dict[str, Any]) -> list[tuple[Invoice, int]]:
    """The lines, checked like an offline payment of the first invoice's company and currency."""
    items = body.get("lineItems") or [{"invoiceId": body.get("invoiceId")}]
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise refusals.by_field({"lineItems": ["Expected a list of items."]})
    first = Invoice.objects.filter(pk=params.whole(items[0].get("invoiceId")) or 0).first()
    if first is None:
        raise refusals.missing("Invoice")
    given = [{"amount": amounts.text(first.open)} | item for item in items]
    asked = {
        "lineItems": given,
        "currency": first.currency,
        "customerId": first.company_id,
        "details": {"memo": ""},
    }
    return offline.read(asked).lines


def _payment_order(lines: list[tuple[Invoice, int]]) -> Order:
    """Rule 31: the order through which invoices are paid; it is about the first of them."""
    first = lines[0][0]
    total = sum(amount for _, amount in lines)
    buyer = User.objects.filter(company=first.company).order_by("pk").first()
    return Order.objects.create(
        bc_order_id=next_bc_order_id(),
        company=first.company,
        bc_customer_id=buyer.bc_customer_id if buyer else 0,
        currency=first.currency,
        subtotal=total,
        total=total,
        usd_total=total,
        status=COMPLETED,
        cart_id=str(uuid4()),
        invoice_id=first.pk,
        is_invoice_order=True,
    )


def next_bc_order_id() -> int:
    last = Order.objects.aggregate(last=Max("bc_order_id"))["last"] or 50_000
    return int(last) + 1


def _payment(body: dict[str, Any], method: str, order: Order) -> Payment:
    assert order.company is not None  # noqa: S101 - an invoice has a company, and the order has the invoice's
    buyer = User.objects.filter(bc_customer_id=order.bc_customer_id).first()
    status = params.whole(body.get("processingStatus"))
    return Payment.objects.create(
        company=order.company,
        payer_name=f"{buyer.first_name} {buyer.last_name}" if buyer else order.company.name,
        payer_customer_id=str(order.bc_customer_id),
        details={"memo": ""},
        module=ONLINE,
        module_data=payments.online_module(
            order,
            gateway=method,
            transaction_id=uuid4().hex[:8],
            auth_code=None,
            card=CARD | (body.get("card") or {}),
        ),
        processing_status=quirks.seconds("status_after_payment") if status is None else status,
        currency=order.currency,
        total=order.total,
        channel_id=order.channel_id,
    )


def place_order(body: dict[str, Any]) -> Order:
    """Body, all optional: companyId (none: a guest, or privately by customerId), lines [{sku, quantity}], currency,
    status, poNumber, method, freight, tax, discount, handling. B2B Edition shows the order ten seconds later, or
    when POST /orders asks."""
    company = Company.objects.filter(pk=params.whole(body.get("companyId")) or 0).first()
    buyer = User.objects.filter(company=company).order_by("pk").first() if company else None
    where = address(company, buyer) if company else {}
    order = Order.objects.create(
        **_goods(body),
        bc_order_id=next_bc_order_id(),
        company=company,
        bc_customer_id=buyer.bc_customer_id if buyer else params.whole(body.get("customerId")) or 0,
        currency=str(body.get("currency", "USD")),
        po_number=str(body.get("poNumber", "")),
        status=params.whole(body.get("status", AWAITING_FULFILLMENT)) or 0,
        cart_id=str(uuid4()),
        channel_id=channels.DEFAULT,
        billing=where,
        shipping=[where] if where else [],
        offline_method=body.get("method") in OFFLINE_METHODS,
        # B2B Edition learns of it later: rules/orders.py.
        recorded=False,
    )
    _invoice_at_once(order)
    return order


def _goods(body: dict[str, Any]) -> dict[str, Any]:
    """The columns of an order about its goods: lines of [product id, quantity, unit price], and the sums."""
    products = {product.sku: product for product in Product.objects.order_by("pk")}
    given = body.get("lines")
    wanted = given if isinstance(given, list) else [{"sku": sku} for sku in list(products)[:PRODUCTS_PLACED]]
    lines = []
    for line in wanted:
        product = products.get(str(line.get("sku")))
        if product is None:
            raise refusals.worded(422, f"There is no product {line.get('sku')}", refusals.PARAMETER)
        lines.append([product.pk, params.whole(line.get("quantity", 1)) or 1, product.price])
    sums = {
        name: amounts.units(body.get(name, 0)) or 0 for name in ("freight", "tax", "discount", "handling")
    }
    subtotal = sum(quantity * price for _, quantity, price in lines)
    total = subtotal + sums["freight"] + sums["tax"] + sums["handling"] - sums["discount"]
    return sums | {"lines": lines, "subtotal": subtotal, "total": total, "usd_total": total}


def _invoice_at_once(order: Order) -> None:
    """Rule 16: two switches, both off unless told."""
    switch = "auto_invoice_offline" if order.offline_method else "auto_invoice_online"
    if quirks.on(switch) and order.company is not None and order.status != invoices.INCOMPLETE:
        order.recorded = True
        order.updated_at = clock.seconds()
        invoices.from_order(order)
