"""Money that came in, by month: payments on invoices, less what was refunded or deleted."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from arportal.receivables.metrics.flows import Month, between, months_back, same_day_last_month


@dataclass(frozen=True, slots=True)
class SoFar:
    """The money received this month up to today, and in the same days of last month: from its first to `until`."""

    amount: Decimal
    before: Decimal
    until: dt.date


def this_month(receipts: Mapping[dt.date, Decimal], today: dt.date) -> SoFar:
    until = same_day_last_month(today)
    return SoFar(
        amount=between(receipts, today.replace(day=1), today),
        before=between(receipts, until.replace(day=1), until),
        until=until,
    )


def by_month(receipts: Mapping[dt.date, Decimal], today: dt.date) -> list[Month]:
    """Twelve months, the oldest first; this one up to today."""
    return list(months_back(receipts, today, 12))[::-1]
