"""The ageing of what is owed: one function computes it for every page, file and figure that shows any of it.

As of today it comes from kept sums: in the standard buckets by due date from balances that are brought to each day.
As of a past day, of the whole store, it comes from the movements up to that day; as it was known on some day, or for
single companies in the past, from the entries themselves. All of them say the same to the last digit:
tests/receivables/ageing compares them.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from operator import add
from typing import Any

from django.db import connection

from arportal.b2b import Money
from arportal.receivables.ageing.buckets import STANDARD, Buckets
from arportal.receivables.models import NO_DAY, Basis, Ledger
from arportal.stores.models import Membership, Store

NOTHING = Decimal(0)


class NotKnown(Exception):
    """Nobody can tell what was known on that day: the ledger began later."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """Balances at the end of `day`, a day of the store, seen on `today`; as known now, or at the end of `known_on`.

    `companies` are API ids to look at alone; None is every company that the actor may see.
    """

    day: dt.date
    today: dt.date
    known_on: dt.date | None = None
    basis: Basis = Basis.DUE
    buckets: Buckets = STANDARD
    companies: tuple[int, ...] | None = None

    @property
    def is_as_known_now(self) -> bool:
        return self.known_on is None or self.known_on >= self.today

    @property
    def is_today(self) -> bool:
        return self.day >= self.today and self.is_as_known_now

    @property
    def is_kept(self) -> bool:
        """True if the balances by company have it as their columns."""
        return self.is_today and self.basis == Basis.DUE and self.buckets == STANDARD


@dataclass(frozen=True, slots=True)
class Aged:
    """The amounts owed in one currency by bucket, and the credits beside them; of one company, or of all together."""

    currency: str
    amounts: tuple[Decimal, ...]
    credit_amount: Decimal
    company_id: int | None = None

    @classmethod
    def nothing(cls, currency: str, buckets: Buckets = STANDARD) -> "Aged":
        return cls(currency, (NOTHING,) * len(buckets), NOTHING)

    @property
    def by_bucket(self) -> list[Money]:
        return [Money(amount, self.currency) for amount in self.amounts]

    @property
    def open(self) -> Money:
        return Money(sum(self.amounts, NOTHING), self.currency)

    @property
    def overdue(self) -> Money:
        return Money(sum(self.amounts[1:], NOTHING), self.currency)

    @property
    def credit(self) -> Money:
        return Money(self.credit_amount, self.currency)

    @property
    def balance(self) -> Money:
        return self.open + self.credit

    @property
    def figures(self) -> list[Money]:
        """A row of a report: the buckets, then open, credit and balance."""
        return [*self.by_bucket, self.open, self.credit, self.balance]

    def plus(self, other: "Aged") -> "Aged":
        """Both together, of one currency."""
        amounts = tuple(map(add, self.amounts, other.amounts))
        return Aged(self.currency, amounts, self.credit_amount + other.credit_amount)


def ageing(actor: Membership, as_of: AsOf) -> list[Aged]:
    """One row a currency, in the order of the codes. Raises NotKnown."""
    return _rows(actor, as_of, by_company=False)


def ageing_by_company(actor: Membership, as_of: AsOf, currency: str | None = None) -> list[Aged]:
    """One row a company and currency that has a balance, in no order. Raises NotKnown."""
    return _rows(actor, as_of, by_company=True, currency=currency)


def _rows(actor: Membership, as_of: AsOf, *, by_company: bool, currency: str | None = None) -> list[Aged]:
    if as_of.is_kept:
        is_of_all = _is_of_all(actor, as_of, by_company=by_company)
        query = _KEPT_STORE if is_of_all else _KEPT_COMPANIES
        if rows := _asked(query, actor, as_of, by_company, currency):
            return rows
    # Nothing is owed, or it is the minute after midnight and what is kept is still of yesterday.
    sums = ", ".join(
        f"COALESCE(SUM(open) FILTER (WHERE bucket = {number}), 0)" for number in range(len(as_of.buckets))
    )
    query = f"""
        SELECT {{company}}, currency, COALESCE(SUM(credit), 0), {sums}
        FROM (
            SELECT *, width_bucket(%(day)s - aged_on, %(firsts)s) AS bucket
            FROM ({source(actor, as_of, by_company)}) AS balance
        ) AS aged
        WHERE %(currency)s::text IS NULL OR currency = %(currency)s
        GROUP BY 1, 2 HAVING SUM(open) <> 0 OR SUM(credit) <> 0 ORDER BY 2
    """  # noqa: S608 - put together from our own words alone
    return _asked(query, actor, as_of, by_company, currency)


def _asked(query: str, actor: Membership, as_of: AsOf, by_company: bool, currency: str | None) -> list[Aged]:
    company = "company_id" if by_company else "NULL::bigint"
    with connection.cursor() as cursor:
        cursor.execute(query.format(company=company), values(actor, as_of) | {"currency": currency})
        return [
            Aged(code, tuple(amounts), credit, company_id) for company_id, code, credit, *amounts in cursor
        ]


def _is_of_all(actor: Membership, as_of: AsOf, *, by_company: bool) -> bool:
    """True if the sums of the whole store have it."""
    return actor.all_companies and as_of.companies is None and not by_company


def source(actor: Membership, as_of: AsOf, by_company: bool) -> str:
    """The query of (company_id, currency, aged_on, open, credit), of which each invoice is in open or in credit."""
    if not as_of.is_as_known_now:
        check_known(actor.store, as_of)
        return _ENTRIES.format(seen=SEEN)
    is_of_all = _is_of_all(actor, as_of, by_company=by_company)
    if as_of.is_today:
        return _STORE_TODAY if is_of_all else _COMPANIES_TODAY
    return _MOVEMENTS if is_of_all else _ENTRIES.format(seen="")


def values(actor: Membership, as_of: AsOf) -> dict[str, Any]:
    """The values for the query of `source`, with the day and the buckets."""
    companies = as_of.companies
    if not actor.all_companies:
        companies = tuple(
            set(actor.company_ids) if companies is None else set(companies) & set(actor.company_ids)
        )
    return {
        "store": actor.store_id,
        "day": as_of.day,
        "basis": as_of.basis,
        "firsts": as_of.buckets.firsts,
        "companies": None if companies is None else list(companies),
        "no_day": NO_DAY,
        "seen": end_of(actor.store, as_of.known_on or as_of.today),
    }


def end_of(store: Store, day: dt.date) -> dt.datetime:
    """The moment at which a day of the store is over."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), store.zone)


def check_known(store: Store, as_of: AsOf) -> None:
    """Raises NotKnown for a day before the ledger began."""
    # What is posted while it is being built counts as seen then: only from its end on is all of it there.
    built_at = Ledger.objects.filter(store=store).values_list("built_at", flat=True).first()
    if built_at is None or as_of.known_on is None or end_of(store, as_of.known_on) <= built_at:
        raise NotKnown


# What had been seen by the end of the day `known_on`.
SEEN = "AND observed_at < %(seen)s"
OF_COMPANIES = "(%(companies)s::bigint[] IS NULL OR company_id = ANY(%(companies)s))"
# What CompanyBalance and StoreBalance have in each of the standard buckets.
KEPT_BUCKETS = "open - overdue, late_30, late_60, late_90, overdue - late_30 - late_60 - late_90"
_KEPT = f"""
SELECT company_id, currency, credit, {KEPT_BUCKETS}
FROM (
    SELECT {{{{company}}}} AS company_id, currency, SUM(open) AS open, SUM(credit) AS credit, SUM(overdue) AS overdue,
        SUM(late_30) AS late_30, SUM(late_60) AS late_60, SUM(late_90) AS late_90
    FROM {{table}}
    WHERE store_id = %(store)s AND {{which}} AND (%(currency)s::text IS NULL OR currency = %(currency)s)
        AND EXISTS (SELECT FROM receivables_ledger WHERE store_id = %(store)s AND overdue_as_of = %(day)s)
    GROUP BY 1, 2 HAVING SUM(open) <> 0 OR SUM(credit) <> 0
) AS kept
ORDER BY currency
"""  # noqa: S608
_KEPT_STORE = _KEPT.format(table="receivables_storebalance", which="true")
_KEPT_COMPANIES = _KEPT.format(table="receivables_companybalance", which=OF_COMPANIES)
_STORE_TODAY = """
SELECT NULL::bigint AS company_id, currency, aged_on, open, credit FROM receivables_storeageing
WHERE store_id = %(store)s AND basis = %(basis)s
"""
_COMPANIES_TODAY = f"""
SELECT company_id, currency, aged_on, open, credit FROM receivables_companyageing
WHERE store_id = %(store)s AND basis = %(basis)s AND (open > 0 OR credit < 0) AND {OF_COMPANIES}
"""  # noqa: S608
_MOVEMENTS = """
SELECT NULL::bigint AS company_id, currency, aged_on, SUM(open) AS open, SUM(credit) AS credit
FROM receivables_ageingmovement
WHERE store_id = %(store)s AND basis = %(basis)s AND day <= %(day)s GROUP BY currency, aged_on
"""
# Each invoice's balance as of the day, and the day from which it ages as it was known.
INVOICES = f"""
SELECT invoice_id, company_id, currency, aged_on, balance
FROM (
    SELECT invoice_id, company_id, currency, SUM(amount) AS balance FROM receivables_ledgerentry
    WHERE store_id = %(store)s AND effective_on <= %(day)s AND {OF_COMPANIES} {{seen}}
    GROUP BY invoice_id, company_id, currency HAVING SUM(amount) <> 0
) AS invoice
CROSS JOIN LATERAL (
    SELECT COALESCE(CASE WHEN %(basis)s = 'due' THEN due_on ELSE issued_on END, %(no_day)s) AS aged_on
    FROM receivables_invoicedays
    WHERE store_id = %(store)s AND invoice_id = invoice.invoice_id {{seen}} ORDER BY id DESC LIMIT 1
) AS days
"""  # noqa: S608
_ENTRIES = f"""
SELECT company_id, currency, aged_on, GREATEST(balance, 0) AS open, LEAST(balance, 0) AS credit
FROM ({INVOICES}) AS invoice
"""  # noqa: S608
