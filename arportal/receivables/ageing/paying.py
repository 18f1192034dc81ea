"""The days that a company takes to pay, by its payments of the last twelve months."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from arportal.receivables.ledger.payments import STANDING_PAYMENTS
from arportal.stores.models import Membership

WINDOW = dt.timedelta(days=365)

_OF_COMPANY = "AND company_id = %(company)s AND effective_on > %(since)s"
_PAYING = f"""
SELECT currency,
    SUM(amount * (paid_on - issued_on)) / NULLIF(SUM(amount) FILTER (WHERE issued_on IS NOT NULL), 0),
    SUM(amount * (paid_on - due_on)) / NULLIF(SUM(amount) FILTER (WHERE due_on IS NOT NULL), 0)
FROM ({STANDING_PAYMENTS.format(which=_OF_COMPANY)}) AS part
CROSS JOIN LATERAL (
    SELECT due_on, issued_on FROM receivables_invoicedays
    WHERE store_id = %(store)s AND invoice_id = part.invoice_id ORDER BY id DESC LIMIT 1
) AS days
GROUP BY currency
"""  # noqa: S608 - put together from our own words alone


@dataclass(frozen=True, slots=True)
class Paying:
    """Average days from issue and from due day to payment, to a tenth, weighted by amount; below zero is early.
    None where no payment was for an invoice with such a day."""

    days_to_pay: Decimal | None
    days_late: Decimal | None


def paying(actor: Membership, company_id: int, today: dt.date) -> dict[str, Paying]:
    """Currency → how fast the company pays; nothing for a company that the actor may not see."""
    if not actor.sees(company_id):
        return {}
    values: dict[str, Any] = {
        "store": actor.store_id,
        "company": company_id,
        "since": today - WINDOW,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PAYING, values)
        return {
            currency: Paying(days_to_pay=_to_a_tenth(to_pay), days_late=_to_a_tenth(late))
            for currency, to_pay, late in cursor.fetchall()
        }


def _to_a_tenth(days: Decimal | None) -> Decimal | None:
    return None if days is None else round(days, 1)
