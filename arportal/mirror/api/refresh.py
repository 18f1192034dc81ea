"""Reads single things again from the API, after a change of ours or when a person needs the truth of now."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TypeVar

from arportal.b2b import Transaction
from arportal.b2b.errors import NotFound
from arportal.b2b.receipts import ReceiptQuery
from arportal.mirror import models
from arportal.mirror import store as rows
from arportal.mirror.api.connections import client_for
from arportal.mirror.models.rows import MirrorRow
from arportal.stores.models import Store

T = TypeVar("T")
# How far back a receipt is looked for that the mirror does not know yet: it is as young as its payment.
NEWEST = 50


def refresh_company(store: Store, company_id: int) -> None:
    client = client_for(store)
    _refresh(store, models.Company, company_id, client.companies.get, rows.save_companies)


def refresh_buyer(store: Store, user_id: int) -> None:
    client = client_for(store)
    _refresh(store, models.Buyer, user_id, client.users.get, rows.save_buyers)


def refresh_payment(store: Store, payment_id: int) -> models.Payment | None:
    """The payment as the API has it now, or None when it is gone."""
    client = client_for(store)
    _refresh(store, models.Payment, payment_id, client.payments.get, rows.save_payments)
    return models.Payment.objects.filter(store=store, api_id=payment_id, gone_at=None).first()


def refresh_invoices(store: Store, invoice_ids: Iterable[int]) -> None:
    client = client_for(store)
    for invoice_id in invoice_ids:
        _refresh(store, models.Invoice, invoice_id, client.invoices.get, rows.save_invoices)


def refresh_payments_of_invoice(store: Store, invoice_id: int) -> None:
    """The payments that have a part on this invoice; those that are gone are left to the next pass."""
    rows.save_payments(store, list(client_for(store).payments.list(invoice_id=invoice_id)))


def refresh_order(store: Store, order_id: int) -> models.Order | None:
    """The order as the API has it now, with what only its detail tells, or None when it is gone."""
    client = client_for(store)
    _refresh(store, models.Order, order_id, client.orders.get, rows.save_orders)
    return models.Order.objects.filter(store=store, api_id=order_id, gone_at=None).first()


def _refresh(
    store: Store,
    model: type[MirrorRow],
    api_id: int,
    get: Callable[[int], T],
    save: Callable[[Store, list[T]], int],
) -> None:
    """Saves the record, or marks our row gone when the API does not have it any more."""
    try:
        save(store, [get(api_id)])
    except NotFound:
        rows.mark_gone(model, store, [api_id])


def refresh_orders_of(store: Store, company_id: int, since: dt.datetime) -> None:
    """The company's orders that have changed since then."""
    rows.save_orders(store, client_for(store).orders.list(company_id=company_id, min_modified=since))


def refresh_order_products(order: models.Order) -> models.OrderProducts:
    return rows.save_order_products(order, client_for(order.store).orders.products(order.api_id))


def read_transactions(store: Store, payment_id: int) -> tuple[Transaction, ...]:
    """The gateway's report about a payment (GET /ip/payments/{id}/transactions), which is not kept."""
    return client_for(store).payments.transactions(payment_id)


def refresh_receipt(store: Store, receipt_id: int) -> models.Receipt | None:
    """The receipt with its lines as the API has them now, or None when it is gone."""
    receipts = client_for(store).receipts
    try:
        receipt = receipts.get(receipt_id)
        lines = list(receipts.lines_of(receipt_id))
    except NotFound:
        rows.mark_gone(models.Receipt, store, [receipt_id])
        _mark_other_lines_gone(store, receipt_id, kept=[])
        return None
    rows.save_receipts(store, [receipt])
    rows.save_receipt_lines(store, lines)
    _mark_other_lines_gone(store, receipt_id, kept=[line.line_id for line in lines])
    return models.Receipt.objects.filter(store=store, api_id=receipt_id, gone_at=None).first()


def refresh_receipts_of(store: Store, payment_id: int, company_id: int) -> None:
    """The payment's receipts: those we know, and those among the company's newest, for no call lists them."""
    known = models.Receipt.objects.filter(store=store, payment_id=payment_id, gone_at=None)
    query = ReceiptQuery(search_by="customerId", q=str(company_id), sort_by="createdAt", order_by="DESC")
    newest = client_for(store).receipts.page(limit=NEWEST, **query).items
    unknown = {receipt.receipt_id for receipt in newest if receipt.payment_id == payment_id}
    for receipt_id in sorted(unknown.union(known.values_list("api_id", flat=True))):
        refresh_receipt(store, receipt_id)


def _mark_other_lines_gone(store: Store, receipt_id: int, kept: Iterable[int]) -> None:
    others = models.ReceiptLine.objects.filter(store=store, receipt_id=receipt_id).exclude(api_id__in=kept)
    rows.mark_gone(models.ReceiptLine, store, list(others.values_list("api_id", flat=True)))


def refresh_company_methods(store: Store, company_id: int) -> None:
    rows.save_company_methods(store, company_id, client_for(store).methods.of_company(company_id))


def refresh_credit(store: Store, company_id: int) -> None:
    """The company's credit without its payment terms."""
    rows.save_credit(store, company_id, client_for(store).credit.get(company_id))


def refresh_terms(store: Store, company_id: int) -> None:
    """The company's payment terms without its credit."""
    rows.save_terms(store, company_id, client_for(store).credit.terms(company_id))
