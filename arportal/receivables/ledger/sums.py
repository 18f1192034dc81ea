"""The kept sums of the ledger, brought up to date with what was just posted, or built anew from all entries.

An invoice counts as open or as credit by its own balance at the end of each day. A movement that took effect on a
day long past changes every day since, so an invoice's whole course is taken out and put in again: it has few entries.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from arportal.mirror.prepared import prepared_cursor
from arportal.receivables.ledger.entries import ALL_ENTRIES, ENTRIES_OF_INVOICES
from arportal.receivables.ledger.payments import STANDING_PAYMENTS
from arportal.receivables.models import (
    NO_DAY,
    AgeingMovement,
    CompanyAgeing,
    CompanyBalance,
    DailyCause,
    Ledger,
    StoreAgeing,
    StoreBalance,
)
from arportal.stores.models import Store

# What is overdue of amounts, and what of it is in each of the standard buckets but the last.
_LATE = """COALESCE(SUM({open}) FILTER (WHERE aged_on < {today}), 0) AS overdue,
    COALESCE(SUM({open}) FILTER (WHERE {today} - aged_on BETWEEN 1 AND 30), 0) AS late_30,
    COALESCE(SUM({open}) FILTER (WHERE {today} - aged_on BETWEEN 31 AND 60), 0) AS late_60,
    COALESCE(SUM({open}) FILTER (WHERE {today} - aged_on BETWEEN 61 AND 90), 0) AS late_90"""
_ADDED = """open = known.open + excluded.open, credit = known.credit + excluded.credit,
        overdue = known.overdue + excluded.overdue, late_30 = known.late_30 + excluded.late_30,
        late_60 = known.late_60 + excluded.late_60, late_90 = known.late_90 + excluded.late_90"""
# Takes the course of each invoice before and after the new entries and days, and adds the difference to the sums.
_UPDATE = """
WITH entry AS MATERIALIZED ({entries}),
side(is_new, sign) AS (VALUES (false, -1), (true, 1)),
days AS (
    SELECT DISTINCT ON (is_new, invoice_id) is_new, invoice_id, due_on, issued_on
    FROM receivables_invoicedays CROSS JOIN side
    WHERE store_id = %(store)s {days} AND (is_new OR id < %(new_days)s)
    ORDER BY is_new, invoice_id, id DESC
),
closing AS (
    SELECT is_new, sign, invoice_id, company_id, currency, effective_on AS day,
        SUM(SUM(amount)) OVER course AS balance
    FROM entry CROSS JOIN side WHERE is_new OR id < %(new_entries)s
    GROUP BY is_new, sign, invoice_id, company_id, currency, effective_on
    WINDOW course AS (PARTITION BY is_new, invoice_id, company_id, currency ORDER BY effective_on)
),
step AS (
    SELECT is_new, invoice_id, company_id, currency, day,
        sign * (GREATEST(balance, 0) - COALESCE(GREATEST(LAG(balance) OVER course, 0), 0)) AS open,
        sign * (LEAST(balance, 0) - COALESCE(LEAST(LAG(balance) OVER course, 0), 0)) AS credit
    FROM closing
    WINDOW course AS (PARTITION BY is_new, invoice_id, company_id, currency ORDER BY day)
),
net AS (
    SELECT company_id, currency, basis, aged_on, day, SUM(open) AS open, SUM(credit) AS credit
    FROM step JOIN days USING (is_new, invoice_id) CROSS JOIN LATERAL (
        VALUES ('due', COALESCE(due_on, %(no_day)s)), ('issued', COALESCE(issued_on, %(no_day)s))
    ) AS aged(basis, aged_on)
    GROUP BY company_id, currency, basis, aged_on, day
    HAVING SUM(open) <> 0 OR SUM(credit) <> 0
),
by_cause AS (
    INSERT INTO receivables_dailycause AS known (store_id, cause, currency, day, amount)
    SELECT %(store)s, cause, currency, effective_on, SUM(amount) FROM entry WHERE id >= %(new_entries)s
    GROUP BY cause, currency, effective_on ORDER BY cause, currency, effective_on
    ON CONFLICT (store_id, cause, currency, day) DO UPDATE SET amount = known.amount + excluded.amount
),
by_day AS (
    INSERT INTO receivables_ageingmovement AS known (store_id, basis, day, currency, aged_on, open, credit)
    SELECT %(store)s, basis, day, currency, aged_on, SUM(open), SUM(credit) FROM net
    GROUP BY basis, day, currency, aged_on ORDER BY basis, day, currency, aged_on
    ON CONFLICT (store_id, basis, day, currency, aged_on) DO UPDATE
        SET open = known.open + excluded.open, credit = known.credit + excluded.credit
),
of_store AS (
    INSERT INTO receivables_storeageing AS known (store_id, basis, currency, aged_on, open, credit)
    SELECT %(store)s, basis, currency, aged_on, SUM(open), SUM(credit) FROM net
    GROUP BY basis, currency, aged_on HAVING SUM(open) <> 0 OR SUM(credit) <> 0
    ON CONFLICT (store_id, basis, currency, aged_on) DO UPDATE
        SET open = known.open + excluded.open, credit = known.credit + excluded.credit
),
of_company AS (
    INSERT INTO receivables_companyageing AS known
        (store_id, basis, company_id, currency, aged_on, open, credit)
    SELECT %(store)s, basis, company_id, currency, aged_on, SUM(open), SUM(credit) FROM net
    GROUP BY basis, company_id, currency, aged_on HAVING SUM(open) <> 0 OR SUM(credit) <> 0
    ON CONFLICT (store_id, basis, company_id, currency, aged_on) DO UPDATE
        SET open = known.open + excluded.open, credit = known.credit + excluded.credit
),
figure AS (
    SELECT company_id, currency, SUM(open) AS open, SUM(credit) AS credit,
        {late}, NULL::date AS last_payment_on
    FROM net CROSS JOIN (SELECT overdue_as_of AS today FROM receivables_ledger WHERE store_id = %(store)s) AS ledger
    WHERE basis = 'due' GROUP BY company_id, currency
    UNION ALL
    -- A payment that is taken back may move no balance, where what it moved had been seen before.
    SELECT company_id, currency, 0, 0, 0, 0, 0, 0, MAX(effective_on) FILTER (WHERE cause = 'payment' AND amount < 0)
    FROM entry WHERE id >= %(new_entries)s AND cause IN ('payment', 'reversed', 'payment-deleted')
    GROUP BY company_id, currency
),
balance_of_store AS (
    INSERT INTO receivables_storebalance AS known
        (store_id, currency, open, credit, overdue, late_30, late_60, late_90)
    SELECT %(store)s, currency, SUM(open), SUM(credit), SUM(overdue), SUM(late_30), SUM(late_60), SUM(late_90)
    FROM figure GROUP BY currency
    ON CONFLICT (store_id, currency) DO UPDATE SET {added}
)
INSERT INTO receivables_companybalance AS known
    (store_id, company_id, currency, open, credit, overdue, late_30, late_60, late_90, last_payment_on)
SELECT %(store)s, company_id, currency, SUM(open), SUM(credit),
    SUM(overdue), SUM(late_30), SUM(late_60), SUM(late_90), MAX(last_payment_on)
FROM figure GROUP BY company_id, currency
ON CONFLICT (store_id, company_id, currency) DO UPDATE
    SET {added},
        last_payment_on = GREATEST(known.last_payment_on, excluded.last_payment_on)
RETURNING company_id, currency
"""
# The days of these companies that no sum tells: that of the oldest debt, and, where a payment was taken back or
# applied again, that of the last one that stands.
_OF_KEPT = "AND company_id = kept.company_id AND currency = kept.currency"
_UPDATE_DAYS = """
WITH taken_back AS (
    SELECT DISTINCT company_id, currency FROM ({entries}) AS entry
    WHERE id >= %(new_entries)s AND (cause IN ('reversed', 'payment-deleted') OR cause = 'payment' AND EXISTS (
            SELECT FROM receivables_ledgerentry AS earlier
            WHERE earlier.store_id = %(store)s AND earlier.invoice_id = entry.invoice_id
                AND earlier.cause_id = entry.cause_id AND earlier.id < %(new_entries)s
        ))
),
day AS (
    SELECT kept.id, (
        SELECT aged_on FROM receivables_companyageing AS aged
        WHERE aged.store_id = %(store)s AND basis = 'due' AND aged.company_id = kept.company_id
            AND aged.currency = kept.currency AND aged.open > 0 AND aged_on <> %(no_day)s
        ORDER BY aged_on LIMIT 1
    ) AS oldest_due_on,
    CASE WHEN taken_back.company_id IS NULL THEN kept.last_payment_on
        ELSE (SELECT MAX(paid_on) FROM ({standing}) AS standing)
        END AS last_payment_on
    FROM unnest(%(companies)s::bigint[], %(currencies)s::text[]) AS moved(company_id, currency)
    JOIN receivables_companybalance AS kept USING (company_id, currency)
    LEFT JOIN taken_back USING (company_id, currency)
    WHERE kept.store_id = %(store)s
)
UPDATE receivables_companybalance AS kept
SET oldest_due_on = day.oldest_due_on, last_payment_on = day.last_payment_on
FROM day WHERE kept.id = day.id AND (kept.oldest_due_on, kept.last_payment_on)
    IS DISTINCT FROM (day.oldest_due_on, day.last_payment_on)
"""
_OVERDUE = f"""
UPDATE receivables_companybalance AS kept
SET overdue = counted.overdue, late_30 = counted.late_30, late_60 = counted.late_60, late_90 = counted.late_90
FROM (
    SELECT kept.id, {_LATE.format(open="aged.open", today="%(day)s")}
    FROM receivables_companybalance AS kept LEFT JOIN receivables_companyageing AS aged
        ON aged.store_id = kept.store_id AND basis = 'due' AND aged.company_id = kept.company_id
        AND aged.currency = kept.currency AND aged.open > 0
    WHERE kept.store_id = %(store)s GROUP BY kept.id
) AS counted
WHERE kept.id = counted.id AND (kept.overdue, kept.late_30, kept.late_60, kept.late_90)
    <> (counted.overdue, counted.late_30, counted.late_60, counted.late_90)
"""  # noqa: S608 - put together from our own words alone
_OVERDUE_OF_STORE = """
UPDATE receivables_storebalance AS kept
SET overdue = counted.overdue, late_30 = counted.late_30, late_60 = counted.late_60, late_90 = counted.late_90
FROM (
    SELECT currency, SUM(overdue) AS overdue, SUM(late_30) AS late_30, SUM(late_60) AS late_60,
        SUM(late_90) AS late_90
    FROM receivables_companybalance WHERE store_id = %(store)s GROUP BY currency
) AS counted
WHERE kept.store_id = %(store)s AND kept.currency = counted.currency
"""
# An id behind all there are.
NO_ID = 2**63 - 1
_SUMS = (AgeingMovement, DailyCause, StoreAgeing, CompanyAgeing, StoreBalance, CompanyBalance)


@dataclass(frozen=True, slots=True)
class Written:
    """The invoices that have new entries or new days, and the ids with which these begin."""

    invoice_ids: list[int]
    first_entry: int = NO_ID
    first_days: int = NO_ID


def update_sums(store: Store, written: Written) -> None:
    """Adds to the sums what was just written."""
    if written.invoice_ids:
        values = {
            "ids": written.invoice_ids,
            "new_entries": written.first_entry,
            "new_days": written.first_days,
        }
        _add(store, values, entries=ENTRIES_OF_INVOICES, days="AND invoice_id = ANY(%(ids)s)")


def _add(store: Store, values: dict[str, Any], *, entries: str, days: str) -> None:
    """Adds what the new ones among `entries` have changed, and those among the days; `days`: a condition on them."""
    values |= {"store": store.pk, "no_day": NO_DAY}
    standing = STANDING_PAYMENTS.format(which=_OF_KEPT)
    late = _LATE.format(open="open", today="today")
    with prepared_cursor() as cursor:
        cursor.execute(_UPDATE.format(entries=entries, days=days, late=late, added=_ADDED), values)
        moved = cursor.fetchall()
        if moved:
            values["companies"], values["currencies"] = map(list, zip(*moved, strict=True))
            cursor.execute(_UPDATE_DAYS.format(entries=entries, standing=standing), values)


def bring_to_day(ledger: Ledger, day: dt.date) -> None:
    """Brings what is overdue, and how late, to this day of the store, by company. The ledger's row is locked."""
    ledger.overdue_as_of = day
    ledger.save(update_fields=["overdue_as_of"])
    with connection.cursor() as cursor:
        cursor.execute(_OVERDUE, {"store": ledger.store_id, "day": day})
        cursor.execute(_OVERDUE_OF_STORE, {"store": ledger.store_id})


@transaction.atomic
def bring_to_today(store: Store) -> None:
    """The same as of today, if the store's day has moved on."""
    ledger = Ledger.objects.select_for_update().get(store=store)
    today = store.today(timezone.now())
    if ledger.overdue_as_of != today:
        bring_to_day(ledger, today)


@transaction.atomic
def rebuild_sums(store: Store) -> None:
    """Drops the sums of the store and builds them anew from all its entries, in one go: of 100,000 invoices in
    eleven seconds."""
    Ledger.objects.select_for_update().get(store=store)
    for model in _SUMS:
        model._default_manager.filter(store=store).delete()
    _add(store, {"new_entries": 0, "new_days": 0}, entries=ALL_ENTRIES, days="")
