"""The judging of promises: by the ledger's payments of their days, again and again, never by hand.

A payment counts for a promise if it was made after the promise and not later than its day, on the invoices that it
names, or on any of the company's in its currency. It counts as far as it still stood at the end of that day. Money
that came in these days and is on account counts too: the company has paid, though nobody knows for what. So the same
entries always say the same, and a payment that is seen late corrects what was found before.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from django.db import connection, transaction
from django.db.models import QuerySet

from arportal.b2b import Money
from arportal.receivables.collections.records import What, tell
from arportal.receivables.ledger.build import built_ledger
from arportal.receivables.models import OnAccount, PromiseToPay, WebhookKind
from arportal.receivables.on_account.balances import on_account
from arportal.receivables.webhooks import events, things
from arportal.stores.models import Store

State = PromiseToPay.State
# For so long after its day a promise is judged again: payments may be seen late.
JUDGED_AGAIN = dt.timedelta(days=30)
_TOLD = {
    State.OPEN: What.REOPENED,
    State.KEPT: What.KEPT,
    State.PART_KEPT: What.PART_KEPT,
    State.BROKEN: What.BROKEN,
    State.SETTLED: What.SETTLED,
}
# What the ledger has about the promise's invoices, or about all of the company, up to the end of the promised day.
_ITS_ENTRIES = """
entry.store_id = promise.store_id AND entry.company_id = promise.company_id AND entry.currency = promise.currency
AND entry.effective_on <= promise.pay_by
AND (promise.invoice_ids = '{}' OR entry.invoice_id = ANY(promise.invoice_ids))
"""
_SUMS = f"""
SELECT promise.id,
    COALESCE((
        SELECT SUM(part.amount) FROM (
            SELECT -SUM(entry.amount) AS amount FROM receivables_ledgerentry AS entry
            WHERE {_ITS_ENTRIES} AND cause IN ('payment', 'reversed', 'payment-deleted')
            GROUP BY entry.invoice_id, entry.cause_id
            HAVING MIN(entry.effective_at) FILTER (WHERE cause = 'payment') > promise.at
        ) AS part
    ), 0),
    COALESCE((SELECT SUM(entry.amount) FROM receivables_ledgerentry AS entry WHERE {_ITS_ENTRIES}), 0)
FROM receivables_promisetopay AS promise WHERE promise.id = ANY(%s)
"""  # noqa: S608 - put together from our own words alone


@dataclass(frozen=True, slots=True)
class Evidence:
    """`paid`: the payments that count. `left`: the balance of what the promise is about, up to the end of its day."""

    paid: Decimal
    left: Decimal


def judge(amount: Decimal, pay_by: dt.date, evidence: Evidence, today: dt.date) -> PromiseToPay.State:
    """The state of a promise as of `today`, the store's day."""
    if evidence.paid >= amount:
        return State.KEPT
    if evidence.left <= 0:
        return State.SETTLED
    if today <= pay_by:
        return State.OPEN
    return State.PART_KEPT if evidence.paid > 0 else State.BROKEN


def judge_promises(
    store: Store, now: dt.datetime, company_id: int | None = None, *, only_over: bool = False
) -> int:
    """Brings the states of the store's promises, or of one company's, to this moment; how many of them changed.

    With `only_over`, those alone that are open though their day is over: there are few, so a page can ask for it.
    """
    today = store.today(now)
    promises = PromiseToPay.objects.filter(store=store, pay_by__gte=today - JUDGED_AGAIN)
    if company_id is not None:
        promises = promises.filter(company_id=company_id)
    if only_over:
        promises = promises.filter(state=State.OPEN, pay_by__lt=today)
    promises = promises.exclude(state=State.WITHDRAWN)
    if built_ledger(store) is None or not _changed(store, promises, today):
        return 0
    with transaction.atomic():
        # Once more, of rows that nobody else changes meanwhile.
        changed = _changed(store, promises.select_for_update().order_by("pk"), today)
        for promise, was in changed:
            promise.save(update_fields=["state", "paid"])
            if promise.state != was:
                tell(promise, _TOLD[State(promise.state)], None, now)
        broken = [each for each, was in changed if each.state == State.BROKEN != was]
        events.tell(store, WebhookKind.PROMISE, lambda: map(things.promise, broken))
    return len(changed)


def _changed(
    store: Store, promises: QuerySet[PromiseToPay], today: dt.date
) -> list[tuple[PromiseToPay, str]]:
    """The promises of which the ledger says something else by now, as they are to be, with their old state."""
    rows = list(promises)
    known = evidence(store, rows, today)
    changed = []
    for promise in rows:
        was, facts = (promise.state, promise.paid), known[promise.pk]
        promise.paid = facts.paid
        promise.state = judge(promise.amount, promise.pay_by, facts, today)
        if (promise.state, promise.paid) != was:
            changed.append((promise, was[0]))
    return changed


def evidence(store: Store, promises: Sequence[PromiseToPay], today: dt.date) -> dict[int, Evidence]:
    """Id of the promise → what is known about it: one query, and two a day where there is money on account."""
    if not promises:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [[promise.pk for promise in promises]])
        known = {pk: Evidence(paid, left) for pk, paid, left in cursor.fetchall()}
    kept = OnAccount.objects.filter(store=store, company_id__in={promise.company_id for promise in promises})
    with_money = set(kept.values_list("company_id", "currency"))
    companies = {company_id for company_id, _currency in with_money}
    of_day = cache(lambda day: on_account(store, companies, day))
    for promise in promises:
        key = (promise.company_id, promise.currency)
        if key in with_money:
            eve = promise.at.astimezone(store.zone).date() - dt.timedelta(days=1)
            none = Money(Decimal(0), promise.currency)
            before, after = (of_day(day).get(key, none) for day in (eve, min(promise.pay_by, today)))
            # What was there before and is applied now is no new money: it comes as a payment, and is less on account.
            new = after.amount - before.amount
            if promise.invoice_ids:
                # To named invoices alone it does not matter that some was applied to others.
                new = max(new, Decimal(0))
            was = known[promise.pk]
            known[promise.pk] = Evidence(was.paid + new, was.left)
    return known
