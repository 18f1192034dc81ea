"""Cash expected in the next weeks."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from arportal.receivables.ageing.ageing import AsOf, source, values
from arportal.stores.models import Membership

WEEKS = 8


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from `first` on, of which the first week's is today."""

    first: dt.date
    amount: Decimal

    @property
    def last(self) -> dt.date:
        return self.first + dt.timedelta(days=6)


def weeks(by_number: dict[int, Decimal], today: dt.date) -> list[Week]:
    """The next eight weeks, of which those that are not named expect nothing."""
    first = (today + dt.timedelta(weeks=number) for number in range(WEEKS))
    return [Week(day, by_number.get(number, Decimal(0))) for number, day in enumerate(first)]


def by_due_date(actor: Membership, currency: str, today: dt.date) -> list[Week]:
    """What falls due in each of the next weeks, as if everybody paid on the day. What is overdue is in none."""
    as_of = AsOf(today, today)
    query = f"""
        SELECT (aged_on - %(day)s) / 7, SUM(open) FROM ({source(actor, as_of, by_company=False)}) AS balance
        WHERE currency = %(currency)s AND open > 0 AND aged_on BETWEEN %(day)s AND %(last)s
        GROUP BY 1
    """  # noqa: S608 - put together from our own words alone
    last = today + dt.timedelta(weeks=WEEKS, days=-1)
    with connection.cursor() as cursor:
        cursor.execute(query, values(actor, as_of) | {"currency": currency, "last": last})
        return weeks(dict(cursor.fetchall()), today)
