"""The invoices behind a figure of the ageing report, the oldest first, with their balances as of its day."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F, Q

from arportal.b2b import Money
from arportal.mirror.models import Invoice
from arportal.mirror.models.invoices import InvoiceQuerySet
from arportal.receivables.ageing.ageing import INVOICES, SEEN, AsOf, check_known, values
from arportal.receivables.ageing.buckets import Bucket
from arportal.receivables.models import NO_DAY, Basis
from arportal.stores.models import Membership

# What a figure adds up: the invoices of a bucket, all that are open, the credits, or all with a balance.
OPEN, CREDIT, BALANCE = "open", "credit", "balance"
_SIGNS = {CREDIT: Q(balance__lt=0), BALANCE: ~Q(balance=0)}
_CONDITIONS = {CREDIT: "balance < 0", BALANCE: "balance <> 0"}


@dataclass(frozen=True, slots=True)
class AgedInvoice:
    """`aged_on`: the day from which it ages, NO_DAY when it has none."""

    api_id: int
    company_id: int
    aged_on: dt.date
    balance: Money


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell of the report: its currency, and the bucket or what else it adds up."""

    currency: str
    of: Bucket | str


def aged_invoices(
    actor: Membership, as_of: AsOf, figure: Figure, after: tuple[dt.date, int] | None, size: int
) -> list[AgedInvoice]:
    """The next invoices behind a day and an API id, or the first. Raises NotKnown."""
    if as_of.is_today:
        return _from_mirror(actor, as_of, figure, after, size)
    return _from_entries(actor, as_of, figure, after, size)


def _from_mirror(
    actor: Membership, as_of: AsOf, figure: Figure, after: tuple[dt.date, int] | None, size: int
) -> list[AgedInvoice]:
    """Today's balances stand in the mirror's rows, where indexes find those of a few days among a million."""
    field = "due_on" if as_of.basis == Basis.DUE else "issued_on"
    invoices: InvoiceQuerySet = Invoice.objects.visible_to(actor).filter(currency=figure.currency)
    if as_of.companies is not None:
        invoices = invoices.filter(company_id__in=as_of.companies)
    if isinstance(figure.of, Bucket):
        invoices = invoices.filter(_aged_in(figure.of, as_of.day, field), balance__gt=0)
    else:
        invoices = invoices.filter(_SIGNS.get(figure.of, Q(balance__gt=0)))
    if after is not None:
        day, api_id = after
        without, later = Q((f"{field}__isnull", True)), Q((f"{field}__gt", day))
        same = without if day == NO_DAY else Q((field, day))
        invoices = invoices.filter(same & Q(api_id__gt=api_id) | (Q() if day == NO_DAY else later | without))
    rows = invoices.order_by(F(field).asc(nulls_last=True), "api_id")
    return [
        AgedInvoice(api_id, company_id, aged_on or NO_DAY, Money(balance, figure.currency))
        for api_id, company_id, aged_on, balance in rows.values_list(
            "api_id", "company_id", field, "balance"
        )[:size]
    ]


def _aged_in(bucket: Bucket, day: dt.date, field: str) -> Q:
    """Invoices that are in the bucket by this field."""
    if bucket.first is None:
        return Q((f"{field}__gte", day)) | Q((f"{field}__isnull", True))
    inside = Q((f"{field}__lte", day - dt.timedelta(bucket.first)))
    return inside if bucket.last is None else inside & Q((f"{field}__gte", day - dt.timedelta(bucket.last)))


def _from_entries(
    actor: Membership, as_of: AsOf, figure: Figure, after: tuple[dt.date, int] | None, size: int
) -> list[AgedInvoice]:
    if not as_of.is_as_known_now:
        check_known(actor.store, as_of)
    source = INVOICES.format(seen="" if as_of.is_as_known_now else SEEN)
    condition = _CONDITIONS.get(str(figure.of), "balance > 0")
    number = None
    if isinstance(figure.of, Bucket):
        number = list(as_of.buckets).index(figure.of)
        condition = "balance > 0 AND width_bucket(%(day)s - aged_on, %(firsts)s) = %(number)s"
    query = f"""
        SELECT invoice_id, company_id, aged_on, balance FROM ({source}) AS invoice
        WHERE currency = %(currency)s AND {condition} AND (aged_on, invoice_id) > (%(after_day)s, %(after_id)s)
        ORDER BY aged_on, invoice_id LIMIT %(size)s
    """  # noqa: S608 - put together from our own words alone
    day, api_id = after or (dt.date.min, 0)
    given: dict[str, Any] = {
        "currency": figure.currency,
        "number": number,
        "after_day": day,
        "after_id": api_id,
        "size": size,
    }
    with connection.cursor() as cursor:
        cursor.execute(query, values(actor, as_of) | given)
        rows: list[tuple[int, int, dt.date, Decimal]] = cursor.fetchall()
    return [
        AgedInvoice(invoice_id, company_id, aged_on, Money(balance, figure.currency))
        for invoice_id, company_id, aged_on, balance in rows
    ]
