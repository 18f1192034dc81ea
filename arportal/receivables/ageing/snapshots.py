"""Month-ends that are kept, and the ledger asked again whether it says the same."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from arportal.receivables.ageing.ageing import Aged, AsOf, ageing_by_company, end_of
from arportal.receivables.ageing.buckets import STANDARD, Buckets
from arportal.receivables.models import AgeingSnapshot, Basis, Ledger, SnapshotRow
from arportal.stores.models import Membership, Store

# After midnight, what was posted before it is committed by then.
GRACE = dt.timedelta(minutes=10)


def month_end_to_keep(store: Store, now: dt.datetime) -> dt.date | None:
    """The latest month-end of the store, unless it is kept already or was over before the ledger was built."""
    day = store.today(now - GRACE).replace(day=1) - dt.timedelta(days=1)
    return day if is_to_keep(store, day) else None


def is_to_keep(store: Store, day: dt.date) -> bool:
    """True if the ageing of the day is not kept yet, and the ledger was there when the day was over."""
    ledger = Ledger.objects.filter(store=store, built_at__lt=end_of(store, day))
    return ledger.exists() and not AgeingSnapshot.objects.filter(store=store, as_of=day).exists()


@transaction.atomic
def keep_month_end(store: Store, day: dt.date, today: dt.date) -> AgeingSnapshot:
    """Keeps the ageing as of the end of the day, as it was known at that moment.

    That moment is over and does not change any more: whenever the ledger is asked, it must say what is kept here.
    """
    snapshot = AgeingSnapshot.objects.create(
        store=store, as_of=day, known_at=end_of(store, day), basis=Basis.DUE, buckets=str(STANDARD)
    )
    # Of the whole store, whoever asks for it later.
    everybody = Membership(store=store, all_companies=True)
    SnapshotRow.objects.bulk_create(
        SnapshotRow(
            snapshot=snapshot,
            company_id=row.company_id,
            currency=row.currency,
            amounts=list(row.amounts),
            open=row.open.amount,
            credit=row.credit_amount,
        )
        for row in ageing_by_company(everybody, as_known_then(snapshot, today))
        if row.company_id is not None
    )
    return snapshot


def as_known_then(snapshot: AgeingSnapshot, today: dt.date) -> AsOf:
    """The question to which the snapshot is the answer."""
    buckets = Buckets.parse(snapshot.buckets)
    return AsOf(snapshot.as_of, today, snapshot.as_of, Basis(snapshot.basis), buckets=buckets)


def kept(actor: Membership, snapshot: AgeingSnapshot) -> list[Aged]:
    """The figures as they were kept, of the companies that the actor may see."""
    rows = SnapshotRow.objects.visible_to(actor).filter(snapshot=snapshot)
    return [Aged(row.currency, tuple(row.amounts), row.credit, row.company_id) for row in rows]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A company for which the ledger does not say any more what was kept: that must never be. None: no figures."""

    company_id: int | None
    currency: str
    kept: Aged | None
    asked: Aged | None


def mismatches(actor: Membership, snapshot: AgeingSnapshot, today: dt.date) -> list[Mismatch]:
    """Asks the ledger as it was known then, and compares to the last digit. Raises NotKnown."""
    then = {(row.company_id, row.currency): row for row in kept(actor, snapshot)}
    asked = {
        (row.company_id, row.currency): row
        for row in ageing_by_company(actor, as_known_then(snapshot, today))
    }
    return [
        Mismatch(*key, then.get(key), asked.get(key))
        for key in sorted(then.keys() | asked.keys(), key=str)
        if then.get(key) != asked.get(key)
    ]
