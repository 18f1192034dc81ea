"""Sales and receipts day by day: of the whole store from the kept sums, of a few companies from their entries."""

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Sum

from arportal.receivables.models import DailyCause, LedgerEntry
from arportal.stores.models import Membership

NOTHING = Decimal(0)
Cause = LedgerEntry.Cause
# Credit notes are issued below zero; what was issued by mistake and deleted was no sale.
SALES = (Cause.ISSUED, Cause.REISSUED, Cause.DELETED, Cause.RETURNED)
# These lower a balance, so they are below zero where money came in.
RECEIPTS = (Cause.PAYMENT, Cause.REVERSED, Cause.PAYMENT_DELETED)


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month, or the part of it up to some day."""

    first: dt.date
    last: dt.date
    amount: Decimal

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Flows:
    """Amounts of one currency by day; days on which nothing happened may be absent."""

    sales: Mapping[dt.date, Decimal]
    receipts: Mapping[dt.date, Decimal]


def flows(actor: Membership, currency: str, first: dt.date) -> Flows:
    """The sales to the companies that the actor sees and what they have paid, from the day `first` on."""
    causes = Q(cause__in=[*SALES, *RECEIPTS])
    rows: Any
    if actor.all_companies:
        rows = DailyCause.objects.filter(causes, store_id=actor.store_id, currency=currency, day__gte=first)
    else:
        entries = LedgerEntry.objects.visible_to(actor)
        rows = entries.filter(causes, currency=currency, effective_on__gte=first).annotate(
            day=F("effective_on")
        )
    sums = (
        rows.order_by()
        .values_list("day")
        .annotate(
            sales=Sum("amount", filter=Q(cause__in=SALES)),
            receipts=Sum("amount", filter=Q(cause__in=RECEIPTS)),
        )
    )
    by_day = list(sums)
    return Flows(
        sales={day: sales for day, sales, _receipts in by_day if sales},
        receipts={day: -receipts for day, _sales, receipts in by_day if receipts},
    )


def between(amounts: Mapping[dt.date, Decimal], first: dt.date, last: dt.date) -> Decimal:
    """The sum of the days from `first` to `last`, both included."""
    return sum((amount for day, amount in amounts.items() if first <= day <= last), NOTHING)


def months_back(amounts: Mapping[dt.date, Decimal], today: dt.date, count: int) -> Iterator[Month]:
    """This month up to today, then whole months, the latest first."""
    sums: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for day, amount in amounts.items():
        if day <= today:
            sums[day.year, day.month] += amount
    last = today
    for _number in range(count):
        first = last.replace(day=1)
        yield Month(first, last, sums[first.year, first.month])
        last = first - dt.timedelta(days=1)


def same_day_last_month(today: dt.date) -> dt.date:
    """The day of last month with the same number, or its last one if it is shorter."""
    last = today.replace(day=1) - dt.timedelta(days=1)
    return last.replace(day=min(today.day, calendar.monthrange(last.year, last.month)[1]))
