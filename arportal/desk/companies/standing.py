"""How a company stands, currency by currency: what it owes and since when, and how fast it pays."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _

from arportal.desk.charts.ageing import ageing_bar
from arportal.desk.charts.stacked import StackedBar
from arportal.desk.site.links import link
from arportal.receivables.ageing.ageing import Aged, AsOf, ageing
from arportal.receivables.ageing.buckets import Bucket
from arportal.receivables.ageing.companies import kept_balances
from arportal.receivables.ageing.paying import Paying, paying
from arportal.receivables.ledger.build import built_ledger
from arportal.stores.models import Membership

NOT_KNOWN = Paying(None, None)


@dataclass(frozen=True, slots=True)
class Standing:
    """One currency. `bar` has what is open by days late, each part with the address of its invoices."""

    aged: Aged
    bar: StackedBar
    paying: Paying
    days_late: int
    last_payment_on: dt.date | None


def standings(actor: Membership, company_id: int, today: dt.date) -> list[Standing] | None:
    """One a currency in which something is owed or was paid, in the order of the codes; None while the ledger of the
    store is not complete."""
    if built_ledger(actor.store) is None:
        return None
    speeds = paying(actor, company_id, today)
    aged = {row.currency: row for row in ageing(actor, AsOf(today, today, companies=(company_id,)))}
    kept = {row.currency: row for row in kept_balances(actor, [company_id]).get(company_id, ())}
    page = link("company", actor.store.slug, company_id)
    rows = []
    for currency in sorted({*aged, *kept}):
        row, balance = aged.get(currency, Aged.nothing(currency)), kept.get(currency)
        rows.append(
            Standing(
                aged=row,
                bar=ageing_bar(
                    _("Open by days late, in %(currency)s") % {"currency": currency},
                    row,
                    partial(_address, page, currency),
                ),
                paying=speeds.get(currency, NOT_KNOWN),
                days_late=balance.days_late(today) if balance else 0,
                last_payment_on=balance.last_payment_on if balance else None,
            )
        )
    return rows


def is_owing(standing: Sequence[Standing] | None) -> bool:
    """True if anything is open; also while that is not known."""
    return standing is None or any(row.aged.open for row in standing)


def _address(page: str, currency: str, bucket: Bucket) -> str:
    """The company's page with the invoices of the bucket in its list."""
    if bucket.is_current:
        return f"{page}?currency={currency}&status=not-due#list"
    until = f"&late_to={bucket.last}" if bucket.last else ""
    return f"{page}?currency={currency}&late_from={bucket.first}{until}#list"
