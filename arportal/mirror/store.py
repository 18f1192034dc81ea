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
# The columns in front of every mirrored row: a row that comes back from the API is not gone.
FRONT = ("store_id", "api_id", "gone_at", "raw")


def save_companies(store: Store, companies: Iterable[b2b.Company]) -> int:
    """Returns, like every save here, how many rows were new or different."""
    columns = (*FRONT, "name", "email", "phone", "status", "city", "country", "created_at", "updated_at")
    rows = (
        (
            *(store.pk, company.company_id, None, company.raw),
            *(company.name or "", company.email or "", company.phone or "", company.status),
            *(company.city or "", company.country or "", company.created_at, company.updated_at),
        )
        for company in companies
    )
    return upsert(models.Company, columns, rows, key=KEY, newest="updated_at")


def save_invoices(store: Store, invoices: Iterable[b2b.Invoice]) -> int:
    rows = (_invoice_row(store, invoice) for invoice in invoices)
    return upsert(models.Invoice, _INVOICE_COLUMNS, rows, key=KEY, newest="updated_at")


_INVOICE_COLUMNS = (
    *FRONT,
    *("company_id", "company_name", "number", "type", "status", "order_number", "purchase_order_number"),
    *("external_id", "currency", "original_balance", "open_balance", "is_pending_payment", "source"),
    *("channel_id", "issued_at", "due_at", "updated_at"),
)


def _invoice_row(store: Store, invoice: b2b.Invoice) -> tuple[Any, ...]:
    return (
        *(store.pk, invoice.invoice_id, None, invoice.raw),
        *(invoice.company_id, invoice.company_name or "", invoice.number, invoice.type or "", invoice.status),
        *(invoice.order_number or "", invoice.purchase_order_number or "", invoice.external_id or ""),
        *(invoice.open_balance.currency, invoice.original_balance.amount, invoice.open_balance.amount),
        *(invoice.is_pending_payment, invoice.source, invoice.channel_id),
        *(invoice.created_at, invoice.due_at, invoice.updated_at),
    )


def save_payments(store: Store, payments: Iterable[b2b.Payment]) -> int:
    """Payments and their lines, in one transaction."""
    payments = list(payments)
    with transaction.atomic():
        changed = upsert(
            models.Payment,
            _PAYMENT_COLUMNS,
            (_payment_row(store, payment) for payment in payments),
            key=KEY,
            newest="updated_at",
        )
        _save_lines(store, payments)
    return changed


_PAYMENT_COLUMNS = (
    *FRONT,
    *("company_id", "company_name", "payer_name", "external_id", "module_name", "memo"),
    *("processing_status", "applied_status", "allowed_statuses", "currency", "total", "channel_id"),
    *("created_at", "updated_at"),
)


def _payment_row(store: Store, payment: b2b.Payment) -> tuple[Any, ...]:
    return (
        *(store.pk, payment.payment_id, None, payment.raw),
        *(payment.company_id, payment.company_name or "", payment.payer_name or ""),
        *(payment.external_id or "", payment.module_name or "", payment.memo or ""),
        *(
            payment.processing_status,
            payment.applied_status,
            [int(each) for each in payment.allowed_statuses],
        ),
        *(payment.total.currency, payment.total.amount, payment.channel_id),
        *(payment.created_at, payment.updated_at),
    )


def _save_lines(store: Store, payments: Collection[b2b.Payment]) -> None:
    rows = [
        (
            *(store.pk, payment.payment_id, position, line.invoice_id, line.invoice_number or ""),
            *(line.amount.currency, line.amount.amount),
        )
        for payment in payments
        for position, line in enumerate(payment.lines)
    ]
    columns = ("store_id", "payment_id", "position", "invoice_id", "invoice_number", "currency", "amount")
    upsert(models.PaymentLine, columns, rows, key=columns[:3])
    _drop_lines_beyond(store, {payment.payment_id: len(payment.lines) for payment in payments})


def _drop_lines_beyond(store: Store, counts: dict[int, int]) -> None:
    """Removes lines that a payment has lost since it was last read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM mirror_paymentline AS line USING unnest(%s::bigint[], %s::int[]) AS kept(payment_id, count)"
            " WHERE line.store_id = %s AND line.payment_id = kept.payment_id AND line.position >= kept.count",
            [list(counts), list(counts.values()), store.pk],
        )


def save_methods(store: Store, methods: Collection[b2b.Method]) -> int:
    """The whole catalogue at once: a method that is no longer in it is marked gone."""
    rows = ((store.pk, method.method_id, None, method.raw, method.code, method.title) for method in methods)
    changed = upsert(models.Method, (*FRONT, "code", "title"), rows, key=KEY)
    missing = models.Method.objects.filter(store=store, gone_at=None).exclude(
        api_id__in=[method.method_id for method in methods]
    )
    return changed + missing.update(gone_at=timezone.now())


def save_company_methods(store: Store, company_id: int, methods: Iterable[b2b.CompanyMethod]) -> int:
    """All the methods of one company, as read for that company."""
    rows = (
        (
            store.pk,
            method.payment_id,
            None,
            method.raw,
            company_id,
            method.code,
            method.title,
            method.is_enabled,
        )
        for method in methods
    )
    return _save_company_methods(rows)


def save_enabled_methods(store: Store, enabled: Iterable[b2b.EnabledMethod]) -> int:
    """The list of what is enabled anywhere in the store: all else in the catalogue is disabled."""
    on = {(method.company_id, method.code) for method in enabled}
    companies = models.Company.objects.filter(store=store, gone_at=None).values_list("api_id", flat=True)
    catalogue = list(models.Method.objects.filter(store=store, gone_at=None))
    rows = (
        (
            store.pk,
            method.api_id,
            None,
            {},
            company_id,
            method.code,
            method.title,
            (company_id, method.code) in on,
        )
        for company_id in companies
        for method in catalogue
    )
    return _save_company_methods(rows)


def _save_company_methods(rows: Iterable[tuple[Any, ...]]) -> int:
    columns = (*FRONT, "company_id", "code", "title", "is_enabled")
    return upsert(models.CompanyMethod, columns, rows, key=("store_id", "company_id", "code"))


def mark_gone(
    model: type[models.Company | models.Invoice | models.Payment], store: Store, api_id: int
) -> int:
    """The API no longer has this row: it is kept, out of everyone's sight, with the time."""
    return model.objects.filter(store=store, api_id=api_id, gone_at=None).update(gone_at=timezone.now())
