"""The facts about companies that have something overdue in a currency, for `choosing.choose`."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Sum

from arportal.mirror.models import Invoice
from arportal.receivables.allocation.on_the_way import on_the_way_of
from arportal.receivables.collections.choosing import Facts, Overdue
from arportal.receivables.models import Change, Dispute, OnAccount, PromiseToPay
from arportal.receivables.on_account.balances import on_account
from arportal.stores.models import Store

Reminded = dict[int, tuple[int, dt.date]]

# Deliveries that came to nothing do not count: the company has not been reminded.
_REMINDED = """
SELECT DISTINCT ON (invoice_id) invoice_id::bigint, level::int, (mail.created_at AT TIME ZONE %(zone)s)::date
FROM receivables_mail AS mail CROSS JOIN LATERAL jsonb_each_text(mail.details -> 'levels') AS part(invoice_id, level)
WHERE mail.store_id = %(store)s AND mail.company_id = ANY(%(companies)s) AND mail.kind = 'reminder'
    AND NOT mail.id = ANY(%(without)s) AND EXISTS (
        SELECT FROM receivables_mailrecipient WHERE mail_id = mail.id
            AND state NOT IN ('dropped', 'refused', 'bounced')
    )
ORDER BY invoice_id, mail.created_at DESC
"""


def facts_of(
    store: Store,
    currency: str,
    today: dt.date,
    company_ids: Collection[int] | None = None,
    without_mails: Collection[object] = (),
) -> list[Facts]:
    """One row a company with something overdue; None: of every company. As if `without_mails` had not been made."""
    overdue = _overdue(store, currency, today, company_ids)
    ids = list(overdue)
    available = _available(store, currency, ids)
    disputes = Dispute.objects.filter(store=store, company_id__in=ids, resolved_at=None)
    disputed = frozenset(disputes.values_list("invoice_id", flat=True))
    reminded = _reminded(store, ids, without_mails)
    promised: dict[int, list[PromiseToPay]] = defaultdict(list)
    promises = PromiseToPay.objects.filter(store=store, company_id__in=ids, currency=currency)
    for promise in promises.filter(state=PromiseToPay.State.OPEN, pay_by__gte=today):
        promised[promise.company_id].append(promise)
    return [
        Facts(
            company_id=company_id,
            currency=currency,
            overdue=invoices,
            available=available.get(company_id, Decimal(0)),
            disputed=disputed,
            promised=frozenset(one for promise in promised[company_id] for one in promise.invoice_ids),
            all_promised=any(not promise.invoice_ids for promise in promised[company_id]),
            reminded=reminded,
        )
        for company_id, invoices in overdue.items()
    ]


def sharing_credit(store: Store, currency: str, today: dt.date, company_id: int) -> set[int]:
    """The invoices on which it depends what a company's credits and money on account cover: all that are overdue, and
    the credits. None where there is nothing that could cover anything."""
    if not _available(store, currency, [company_id]).get(company_id):
        return set()
    its_own = Invoice.objects.filter(store=store, gone_at=None, currency=currency, company_id=company_id)
    rows = [*its_own.overdue(today).values_list("api_id", flat=True)]
    return {*rows, *its_own.in_credit().values_list("api_id", flat=True)}


def _overdue(
    store: Store, currency: str, today: dt.date, company_ids: Collection[int] | None
) -> dict[int, list[Overdue]]:
    invoices = Invoice.objects.filter(store=store, gone_at=None, currency=currency).overdue(today)
    changes = Change.objects.filter(store=store)
    if company_ids is not None:
        invoices = invoices.filter(company_id__in=company_ids)
        changes = changes.filter(company_id__in=company_ids)
    coming = on_the_way_of(changes)
    rows: dict[int, list[Overdue]] = defaultdict(list)
    names = ("company_id", "api_id", "number", "due_on", "balance", "original_balance")
    for company_id, api_id, number, due_on, balance, original in invoices.values_list(*names):
        if due_on is not None:
            on_its_way = coming.get(api_id, Decimal(0))
            rows[company_id].append(Overdue(api_id, number, due_on, balance, original, on_its_way))
    return dict(rows)


def _available(store: Store, currency: str, company_ids: list[int]) -> dict[int, Decimal]:
    """Company → its credits and its money on account."""
    credits = Invoice.objects.filter(store=store, gone_at=None, currency=currency, company_id__in=company_ids)
    sums = credits.in_credit().order_by().values_list("company_id").annotate(Sum("balance"))
    available = {company_id: -amount for company_id, amount in sums}
    kept = OnAccount.objects.filter(store=store, currency=currency, company_id__in=company_ids)
    # Few companies have any, and to add it up takes two more queries.
    if with_money := set(kept.values_list("company_id", flat=True)):
        for (company_id, code), money in on_account(store, with_money).items():
            if code == currency:
                before = available.get(company_id, Decimal(0))
                available[company_id] = before + max(money.amount, Decimal(0))
    return available


def _reminded(store: Store, company_ids: list[int], without_mails: Collection[object]) -> Reminded:
    given: dict[str, Any] = {
        "zone": store.time_zone,
        "store": store.pk,
        "companies": company_ids,
        "without": list(without_mails),
    }
    with connection.cursor() as cursor:
        cursor.execute(_REMINDED, given)
        return {invoice_id: (level, day) for invoice_id, level, day in cursor.fetchall()}
