"""The companies that owe most today, by the balances that are kept of each."""

from dataclasses import dataclass, replace
from decimal import Decimal

from arportal.mirror.prepared import prepared_cursor
from arportal.receivables.ageing.ageing import (
    KEPT_BUCKETS,
    OF_COMPANIES,
    Aged,
    AsOf,
    ageing_by_company,
    values,
)
from arportal.stores.models import Membership


@dataclass(frozen=True, slots=True)
class Place:
    """A row's place in the order of a report: by what is open, then by key."""

    open: Decimal
    key: str

    @property
    def rank(self) -> tuple[Decimal, int, str]:
        """Rising from row to row; ids of companies as numbers."""
        return (-self.open, len(self.key), self.key)


def largest(
    actor: Membership, as_of: AsOf, currency: str, size: int, after: Place | None = None
) -> list[Aged]:
    """So many companies with a balance in the currency, behind a place or the first. `as_of` is today."""
    asked = values(actor, as_of) | {"currency": currency, "size": size}
    if after is not None:
        asked |= {"open": after.open, "after": int(after.key)}
    query = _LARGEST + ("" if after is None else _BEHIND) + _IN_ORDER
    with prepared_cursor() as cursor:
        cursor.execute(query, asked)
        rows = cursor.fetchall()
    if as_of.is_kept and rows and rows[0][-1]:
        return [Aged(currency, row[2:-1], row[1], row[0]) for row in rows]
    # Only their buckets have to be added up then.
    companies = tuple(company_id for company_id, *_figures in rows)
    aged = ageing_by_company(actor, replace(as_of, companies=companies), currency)
    return sorted(aged, key=lambda row: (-row.open.amount, row.company_id))


_LARGEST = f"""
SELECT company_id, credit, {KEPT_BUCKETS},
    (SELECT overdue_as_of = %(day)s FROM receivables_ledger WHERE store_id = %(store)s)
FROM receivables_companybalance
WHERE store_id = %(store)s AND currency = %(currency)s AND (open <> 0 OR credit <> 0) AND {OF_COMPANIES}
"""  # noqa: S608 - put together from our own words alone
_BEHIND = "AND open <= %(open)s AND (open < %(open)s OR company_id > %(after)s)"
_IN_ORDER = " ORDER BY open DESC, company_id LIMIT %(size)s"
