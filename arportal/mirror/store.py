"""Writes the API's values to the mirror's rows. The only writer: everything else reads."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from arportal import b2b
from arportal.mirror import models
from arportal.mirror.upsert import upsert
from arportal.stores.models import Store

KEY = ("store_id", "api_id")


def save_companies(store: Store, companies: Iterable[b2b.Company]) -> int:
    """Returns, like every save here, how many rows were new or different."""
    rows = (_row(store, company.company_id, company.raw) | _company(company) for company in companies)
    return upsert(models.Company, rows, key=KEY, newest="updated_at")


def save_invoices(store: Store, invoices: Iterable[b2b.Invoice]) -> int:
    rows = (_row(store, invoice.invoice_id, invoice.raw) | _invoice(invoice) for invoice in invoices)
    return upsert(models.Invoice, rows, key=KEY, newest="updated_at")


def save_payments(store: Store, payments: Collection[b2b.Payment]) -> int:
    """Payments and their lines, in one transaction."""
    rows = (_row(store, payment.payment_id, payment.raw) | _payment(payment) for payment in payments)
    lines = (
        _line(store, payment, position) for payment in payments for position in range(len(payment.lines))
    )
    with transaction.atomic():
        changed = upsert(models.Payment, rows, key=KEY, newest="updated_at")
        upsert(models.PaymentLine, lines, key=("store_id", "payment_id", "position"))
        _drop_lines_beyond(store, {payment.payment_id: len(payment.lines) for payment in payments})
    return changed


def save_methods(store: Store, methods: Collection[b2b.Method]) -> int:
    """The whole catalogue at once: a method that is no longer in it is marked gone."""
    rows = (_row(store, method.id, {}) | {"code": method.code, "title": method.title} for method in methods)
    changed = upsert(models.Method, rows, key=KEY)
    present = [method.id for method in methods]
    missing = models.Method.objects.filter(store=store, gone_at=None).exclude(api_id__in=present)
    return changed + missing.update(gone_at=timezone.now())


def save_company_methods(store: Store, company_id: int, methods: Iterable[b2b.CompanyMethod]) -> int:
    """All the methods of one company, as read for that company."""
    return _save_company_methods(
        _company_method(store, company_id, method.payment_id, method.code, method.title, method.is_enabled)
        for method in methods
    )


def save_enabled_methods(store: Store, enabled: Iterable[b2b.EnabledMethod]) -> int:
    """The list of what is enabled anywhere in the store: all else in the catalogue is disabled."""
    on = {(method.company_id, method.code) for method in enabled}
    companies = models.Company.objects.filter(store=store, gone_at=None).values_list("api_id", flat=True)
    catalogue = list(models.Method.objects.filter(store=store, gone_at=None))
    return _save_company_methods(
        _company_method(
            store, company, method.api_id, method.code, method.title, (company, method.code) in on
        )
        for company in companies
        for method in catalogue
    )


def mark_gone(
    model: type[models.Company | models.Invoice | models.Payment], store: Store, api_id: int
) -> int:
    """The API no longer has this row: it is kept, out of everyone's sight, with the time."""
    return model.objects.filter(store=store, api_id=api_id, gone_at=None).update(gone_at=timezone.now())


def _row(store: Store, api_id: int, raw: Any) -> dict[str, Any]:
    """The columns that every mirrored row has; what the API shows is not gone."""
    return {"store_id": store.pk, "api_id": api_id, "gone_at": None, "raw": raw}


def _company(company: b2b.Company) -> dict[str, Any]:
    return {
        "name": company.name or "",
        "email": company.email or "",
        "phone": company.phone or "",
        "status": company.status,
        "city": company.city or "",
        "country": company.country or "",
        "created_at": company.created_at,
        "updated_at": company.updated_at,
    }


def _invoice(invoice: b2b.Invoice) -> dict[str, Any]:
    return {
        "company_id": invoice.company_id,
        "company_name": invoice.company_name or "",
        "number": invoice.number,
        "type": invoice.type or "",
        "status": invoice.status,
        "order_number": invoice.order_number or "",
        "purchase_order_number": invoice.purchase_order_number or "",
        "external_id": invoice.external_id or "",
        "currency": invoice.open_balance.currency,
        "original_balance": invoice.original_balance.amount,
        "open_balance": invoice.open_balance.amount,
        "is_pending_payment": invoice.is_pending_payment,
        "source": invoice.source,
        "channel_id": invoice.channel_id,
        "issued_at": invoice.created_at,
        "due_at": invoice.due_at,
        "updated_at": invoice.updated_at,
    }


def _payment(payment: b2b.Payment) -> dict[str, Any]:
    return {
        "company_id": payment.company_id,
        "company_name": payment.company_name or "",
        "payer_name": payment.payer_name or "",
        "external_id": payment.external_id or "",
        "module_name": payment.module_name or "",
        "memo": payment.memo or "",
        "processing_status": payment.processing_status,
        "applied_status": payment.applied_status,
        "allowed_statuses": [int(status) for status in payment.allowed_statuses],
        "currency": payment.total.currency,
        "total": payment.total.amount,
        "channel_id": payment.channel_id,
        "created_at": payment.created_at,
        "updated_at": payment.updated_at,
    }


def _line(store: Store, payment: b2b.Payment, position: int) -> dict[str, Any]:
    line = payment.lines[position]
    return {
        "store_id": store.pk,
        "payment_id": payment.payment_id,
        "position": position,
        "invoice_id": line.invoice_id,
        "invoice_number": line.invoice_number or "",
        "currency": line.amount.currency,
        "amount": line.amount.amount,
    }


def _drop_lines_beyond(store: Store, counts: dict[int, int]) -> None:
    """Removes lines that a payment has lost since it was last read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM mirror_paymentline AS line"
            " USING unnest(%s::bigint[], %s::int[]) AS kept(payment_id, count)"
            " WHERE line.store_id = %s AND line.payment_id = kept.payment_id AND line.position >= kept.count",
            [list(counts), list(counts.values()), store.pk],
        )


def _company_method(
    store: Store, company_id: int, method_id: int, code: str, title: str, is_enabled: bool
) -> dict[str, Any]:
    names = {"company_id": company_id, "code": code, "title": title, "is_enabled": is_enabled}
    return _row(store, method_id, {}) | names


def _save_company_methods(rows: Iterable[dict[str, Any]]) -> int:
    return upsert(models.CompanyMethod, rows, key=("store_id", "company_id", "code"))
