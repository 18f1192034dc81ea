"""The money on account of companies: what was received, less what was taken off it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from arportal.b2b import Money
from arportal.receivables.models import OnAccount, OnAccountUse
from arportal.stores.models import Membership, Store


@dataclass(frozen=True, slots=True)
class Item:
    """An amount on account, as it was at the end of some day."""

    money_id: int
    received_on: dt.date
    reference: str
    left: Money

    @property
    def owed(self) -> Money:
        """The same below zero: so much less is left to pay."""
        return -self.left


def on_account(
    store: Store,
    company_ids: Collection[int] | None = None,
    day: dt.date | None = None,
    known: dt.datetime | None = None,
) -> dict[tuple[int, str], Money]:
    """(company, currency) → what is on account, of those where something is. None: of every company; as of now, or of
    the end of a day of the store; as known now, or before some moment."""
    received = OnAccount.objects.filter(store=store)
    if company_ids is not None:
        received = received.filter(company_id__in=company_ids)
    if day is not None:
        received = received.filter(received_on__lte=day)
    if known is not None:
        received = received.filter(at__lt=known)
    left: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for company_id, currency, amount in _sums(received, "company_id", "currency"):
        left[company_id, currency] += amount
    if not left:  # As in most stores on most days: nothing was taken off it.
        return {}
    taken = OnAccountUse.objects.filter(money__in=received)
    taken = taken.standing() if day is None else taken.standing_on(day, store, known)
    for company_id, currency, amount in _sums(taken, "money__company_id", "money__currency"):
        left[company_id, currency] -= amount
    return {key: Money(amount, key[1]) for key, amount in left.items() if amount}


def on_account_totals(
    actor: Membership, company_ids: Collection[int] | None = None, day: dt.date | None = None
) -> dict[str, Money]:
    """Currency → what is on account, in the order of the codes, of the companies that the actor sees; else as
    `on_account`."""
    if not actor.all_companies:
        seen = set(actor.company_ids)
        company_ids = seen if company_ids is None else seen.intersection(company_ids)
    totals: dict[str, Money] = {}
    for (_company_id, currency), money in on_account(actor.store, company_ids, day).items():
        totals[currency] = totals[currency] + money if currency in totals else money
    return {currency: totals[currency] for currency in sorted(totals) if totals[currency]}


def received_items(actor: Membership, company_ids: Collection[int], day: dt.date) -> list[Item]:
    """The amounts of which something was on account at the end of the day, the oldest first."""
    rows = OnAccount.objects.visible_to(actor).filter(company_id__in=company_ids, received_on__lte=day)
    received = list(rows.order_by("received_on", "pk"))
    if not received:
        # As for most companies: a run of statements asks for each.
        return []
    taken = OnAccountUse.objects.filter(money__in=received).standing_on(day, actor.store)
    used = dict(taken.order_by().values_list("money").annotate(Sum("amount")))
    items = (
        Item(row.pk, row.received_on, row.reference, Money(row.amount - used.get(row.pk, 0), row.currency))
        for row in received
    )
    return [item for item in items if item.left]


def _sums(rows: QuerySet[Any], *by: str) -> Iterator[tuple[int, str, Decimal]]:
    yield from rows.order_by().values_list(*by).annotate(Sum("amount"))
