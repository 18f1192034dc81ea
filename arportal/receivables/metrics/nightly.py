"""The figures of a whole store that are computed every night: habits, what they let us expect, how well that would
have worked in the last year, and the balances of a week before."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from arportal.receivables.ledger.payments import STANDING_PAYMENTS
from arportal.receivables.metrics.forecast import EXPECTED, GIVEN_UP_AFTER, WEEKS
from arportal.receivables.models import (
    NO_DAY,
    ExpectedCash,
    ForecastWeek,
    NightlyFigures,
    PaymentHabit,
    WeekAgo,
)
from arportal.stores.models import Store

CHECKED_MONTHS = 12

# A payment that was reversed, whenever that was, tells nothing of how late somebody pays.
_RECEIPTS = f"""
days AS MATERIALIZED (
    SELECT DISTINCT ON (invoice_id) invoice_id, due_on
    FROM receivables_invoicedays WHERE store_id = %(store)s ORDER BY invoice_id, id DESC
),
receipt AS MATERIALIZED (
    SELECT *, paid_on AS day, amount * (paid_on - due_on) AS late
    FROM ({STANDING_PAYMENTS.format(which="")}) AS kept LEFT JOIN days USING (invoice_id)
)"""  # noqa: S608 - put together from our own words alone
_HABITS = f"""
WITH {_RECEIPTS}
INSERT INTO receivables_paymenthabit (store_id, company_id, currency, paid, late, paid_lately, late_lately)
SELECT %(store)s, company_id, currency, SUM(amount), SUM(late),
    COALESCE(SUM(amount) FILTER (WHERE day >= %(day)s - 90), 0),
    COALESCE(SUM(late) FILTER (WHERE day >= %(day)s - 90), 0)
FROM receipt WHERE due_on IS NOT NULL AND day >= %(day)s - 365 AND day < %(day)s
GROUP BY company_id, currency
"""  # noqa: S608 - put together from our own words alone
_EXPECTED = f"""
WITH balance AS (
    SELECT company_id, currency, aged_on, open FROM receivables_companyageing
    WHERE store_id = %(store)s AND basis = 'due' AND open > 0
),
habit AS (SELECT * FROM receivables_paymenthabit WHERE store_id = %(store)s),
{EXPECTED}
INSERT INTO receivables_expectedcash (store_id, currency, day, amount)
SELECT %(store)s, currency, day, SUM(open) FROM expected GROUP BY currency, day
"""  # noqa: S608
_WEEK_AGO = """
INSERT INTO receivables_weekago (store_id, company_id, currency, balance)
SELECT %(store)s, company_id, currency, SUM(amount) FROM receivables_ledgerentry
WHERE store_id = %(store)s AND effective_on <= %(week_ago)s
GROUP BY company_id, currency HAVING SUM(amount) <> 0
"""
# Both forecasts made again on some days of the past, from what had happened before each of them.
_CHECK = f"""
WITH {_RECEIPTS},
course AS MATERIALIZED (
    SELECT invoice_id, company_id, currency, effective_on AS since, LEAD(effective_on) OVER course AS until,
        SUM(SUM(amount)) OVER course AS balance
    FROM receivables_ledgerentry WHERE store_id = %(store)s
    GROUP BY invoice_id, company_id, currency, effective_on
    WINDOW course AS (PARTITION BY invoice_id, company_id, currency ORDER BY effective_on)
),
start(first) AS (SELECT unnest(%(firsts)s::date[])),
known AS MATERIALIZED (
    SELECT first, company_id, currency, SUM(late) AS late, SUM(amount) AS amount
    FROM start JOIN receipt ON due_on IS NOT NULL AND day >= first - 365 AND day < first
    GROUP BY first, company_id, currency
),
usual AS (SELECT first, currency, SUM(late) / SUM(amount) AS days FROM known GROUP BY first, currency),
was_open AS MATERIALIZED (
    SELECT first, invoice_id, course.company_id, currency, balance, due_on,
        due_on + round(COALESCE(known.late / known.amount, usual.days, 0))::int AS usually
    FROM start JOIN course ON since < first AND COALESCE(until >= first, true) AND balance > 0
    LEFT JOIN days USING (invoice_id)
    LEFT JOIN known USING (first, company_id, currency)
    LEFT JOIN usual USING (first, currency)
),
part(first, currency, week, by_due, by_habit, paid) AS (
    SELECT first, currency, (due_on - first) / 7, balance, 0, 0 FROM was_open WHERE due_on >= first
    UNION ALL
    SELECT first, currency, GREATEST(usually - first, 0) / 7, 0, balance, 0
    FROM was_open WHERE usually >= first - %(given_up_after)s
    UNION ALL
    SELECT first, currency, (day - first) / 7, 0, 0, amount
    FROM was_open JOIN receipt USING (invoice_id, company_id, currency) WHERE day >= first
)
INSERT INTO receivables_forecastweek (store_id, currency, first, week, by_due, by_habit, paid)
SELECT %(store)s, currency, first, week, SUM(by_due), SUM(by_habit), SUM(paid)
FROM part WHERE week < %(weeks)s GROUP BY currency, first, week
"""  # noqa: S608
_STATEMENTS = (_HABITS, _EXPECTED, _WEEK_AGO, _CHECK)
_KEPT = (PaymentHabit, ExpectedCash, WeekAgo, ForecastWeek)


@transaction.atomic
def compute(store: Store) -> None:
    """Computes all of it anew. A reader sees the old figures until all the new ones are there."""
    now = timezone.now()
    today = store.today(now)
    for model in _KEPT:
        model._default_manager.filter(store=store).delete()
    values: dict[str, Any] = {
        "store": store.pk,
        "day": today,
        "week_ago": today - dt.timedelta(weeks=1),
        "firsts": list(checked_days(today)),
        "weeks": WEEKS,
        "given_up_after": GIVEN_UP_AFTER,
        "no_day": NO_DAY,
    }
    with connection.cursor() as cursor:
        for statement in _STATEMENTS:
            cursor.execute(statement, values)
    NightlyFigures.objects.update_or_create(store=store, defaults={"day": today, "computed_at": now})


def checked_days(today: dt.date) -> Iterator[dt.date]:
    """The first days of the last twelve months whose eight weeks are over, the latest first."""
    first = (today - dt.timedelta(weeks=WEEKS)).replace(day=1)
    for _number in range(CHECKED_MONTHS):
        yield first
        first = (first - dt.timedelta(days=1)).replace(day=1)
