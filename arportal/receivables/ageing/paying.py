"""How fast a company pays, by its payments of the last twelve months."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from arportal.stores.models import Membership

WINDOW = dt.timedelta(days=365)
# Of a company that pays more often, the latest payments tell enough.
MOST = 2_000

# A payment's part on an invoice counts once, from the day of its latest standing entry; each by its amount.
_PAYING = """
SELECT currency,
    SUM(amount * (paid_on - issued_on)) / NULLIF(SUM(amount) FILTER (WHERE issued_on IS NOT NULL), 0),
    SUM(amount * (paid_on - due_on)) / NULLIF(SUM(amount) FILTER (WHERE due_on IS NOT NULL), 0)
FROM (
    SELECT invoice_id, currency, -SUM(amount) AS amount,
        MAX(effective_on) FILTER (WHERE cause = 'payment' AND amount < 0) AS paid_on
    FROM (
        SELECT invoice_id, currency, cause, cause_id, amount, effective_on FROM receivables_ledgerentry
        WHERE store_id = %(store)s AND company_id = %(company)s AND effective_on > %(since)s
            AND cause IN ('payment', 'reversed', 'payment-deleted')
        ORDER BY effective_on DESC LIMIT %(most)s
    ) AS entry
    GROUP BY invoice_id, currency, cause_id HAVING SUM(amount) < 0
) AS part
CROSS JOIN LATERAL (
    SELECT due_on, issued_on FROM receivables_invoicedays
    WHERE store_id = %(store)s AND invoice_id = part.invoice_id ORDER BY id DESC LIMIT 1
) AS days
GROUP BY currency
"""


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
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PAYING, values)
        return {
            currency: Paying(*(None if days is None else round(days, 1) for days in averages))
            for currency, *averages in cursor.fetchall()
        }
