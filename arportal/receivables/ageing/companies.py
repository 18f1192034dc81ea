"""The amounts that companies owe today, by the sums that are kept of each: for lists of thousands of them."""

import datetime as dt

from django.db.models import Q, QuerySet

from arportal.receivables.ageing.buckets import Bucket
from arportal.receivables.ledger.build import built_ledger
from arportal.receivables.models import Basis, CompanyAgeing, CompanyBalance
from arportal.stores.models import Membership, Store

Ids = QuerySet[CompanyAgeing, int] | QuerySet[CompanyBalance, int]
DAY = dt.timedelta(1)


def kept_balances(
    actor: Membership, company_ids: list[int], currency: str = ""
) -> dict[int, list[CompanyBalance]]:
    """API id of the company → its balances in the order of their currencies, but for those in which it never had
    any; nothing while the ledger is not built."""
    balances: dict[int, list[CompanyBalance]] = {}
    if built_ledger(actor.store) is None:
        return balances
    kept = CompanyBalance.objects.visible_to(actor).filter(company_id__in=company_ids)
    if currency:
        kept = kept.filter(currency=currency)
    for balance in kept.order_by("currency"):
        if balance.open or balance.credit or balance.last_payment_on:
            balances.setdefault(balance.company_id, []).append(balance)
    return balances


def ids_with_debt_in(store: Store, bucket: Bucket, today: dt.date, currency: str = "") -> Ids:
    """API ids of the companies that owe something which is as late as the bucket says."""
    in_currency = Q(currency=currency) if currency else Q()
    if bucket.first is not None and bucket.last is None:
        # Nothing is older than the oldest debt, which is kept: of very old debts there may be a million.
        oldest = CompanyBalance.objects.filter(in_currency, store=store)
        return oldest.filter(oldest_due_on__lte=today - bucket.first * DAY).values_list(
            "company_id", flat=True
        )
    owed = CompanyAgeing.objects.filter(in_currency, store=store, basis=Basis.DUE, open__gt=0)
    if bucket.first is None:
        owed = owed.filter(aged_on__gte=today)
    else:
        owed = owed.filter(aged_on__range=(today - (bucket.last or 0) * DAY, today - bucket.first * DAY))
    return owed.values_list("company_id", flat=True)
