"""The money on account of companies: what was received, less what was taken off it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from arportal.b2b import Money
from arportal.receivables.models import OnAccount, OnAccountUse
from arportal.stores.models import Store


def on_account(
    store: Store, company_ids: Collection[int] | None = None, day: dt.date | None = None
) -> dict[tuple[int, str], Money]:
    """(company, currency) → what is on account, of those where something is. None: of every company; as of now, or of
    the end of a day of the store."""
    received = OnAccount.objects.filter(store=store)
    if company_ids is not None:
        received = received.filter(company_id__in=company_ids)
    if day is not None:
        received = received.filter(received_on__lte=day)
    taken = OnAccountUse.objects.filter(money__in=received)
    taken = taken.standing() if day is None else taken.standing_on(day, store)
    left: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for company_id, currency, amount in _sums(received, "company_id", "currency"):
        left[company_id, currency] += amount
    for company_id, currency, amount in _sums(taken, "money__company_id", "money__currency"):
        left[company_id, currency] -= amount
    return {key: Money(amount, key[1]) for key, amount in left.items() if amount}


def _sums(rows: QuerySet[Any], *by: str) -> Iterator[tuple[int, str, Decimal]]:
    yield from rows.order_by().values_list(*by).annotate(Sum("amount"))
