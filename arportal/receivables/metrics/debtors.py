"""Companies by what they owe."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from arportal.b2b import Money
from arportal.receivables.ageing.ageing import AsOf, values
from arportal.receivables.ageing.largest import largest
from arportal.receivables.models import CompanyBalance
from arportal.stores.models import Membership

MOST = 10


@dataclass(frozen=True, slots=True)
class Debtor:
    company_id: int
    open: Money
    overdue: Money


@dataclass(frozen=True, slots=True)
class BalanceChange:
    """The balance of a company now, and as it was."""

    company_id: int
    now: Money
    before: Money

    @property
    def difference(self) -> Money:
        return self.now - self.before

    @property
    def is_up(self) -> bool:
        return self.difference.amount > 0


def currencies(actor: Membership) -> list[str]:
    """The currencies in which anything was ever owed; that in which most companies owe now is the first."""
    owing: Any = (
        CompanyBalance.objects.visible_to(actor)
        .order_by()
        .values("currency")
        .annotate(number=Count("pk", filter=Q(open__gt=0)))
    )
    return [row["currency"] for row in owing.order_by("-number", "currency")]


def largest_debtors(actor: Membership, currency: str, today: dt.date) -> list[Debtor]:
    """Those who owe most in this currency, with what of it is overdue."""
    rows = largest(actor, AsOf(today, today), currency, MOST)
    return [Debtor(row.company_id or 0, row.open, row.overdue) for row in rows if row.open]


def largest_changes(actor: Membership, currency: str, today: dt.date) -> list[BalanceChange]:
    """The companies whose balance has risen or fallen most since the kept day, a week before the latest night."""
    query = """
        SELECT company_id, COALESCE(now.balance, 0), COALESCE(before.balance, 0)
        FROM (SELECT company_id, open + credit AS balance FROM receivables_companybalance
              WHERE store_id = %(store)s AND currency = %(currency)s) AS now
        FULL JOIN (SELECT company_id, balance FROM receivables_weekago
                   WHERE store_id = %(store)s AND currency = %(currency)s) AS before USING (company_id)
        WHERE COALESCE(now.balance, 0) <> COALESCE(before.balance, 0)
            AND (%(companies)s::bigint[] IS NULL OR company_id = ANY(%(companies)s))
        ORDER BY abs(COALESCE(now.balance, 0) - COALESCE(before.balance, 0)) DESC, company_id LIMIT %(most)s
    """
    with connection.cursor() as cursor:
        cursor.execute(query, values(actor, AsOf(today, today)) | {"currency": currency, "most": MOST})
        return [
            BalanceChange(company_id, Money(now, currency), Money(before, currency))
            for company_id, now, before in cursor
        ]
