"""Payments that look like the one about to be recorded: the same cheque is easily entered twice."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from arportal.b2b import ProcessingStatus
from arportal.mirror.models import Payment
from arportal.receivables.models import Change, PaymentRecord
from arportal.stores.models import Membership

DAYS = dt.timedelta(days=5)
# Shorter references are found in any memo.
TELLING = 4


class Wanted(Protocol):
    """The parts of a new payment that are compared."""

    @property
    def company_id(self) -> int: ...
    @property
    def currency(self) -> str: ...
    @property
    def total(self) -> Decimal: ...
    @property
    def reference(self) -> str: ...
    @property
    def received_on(self) -> dt.date: ...


@dataclass(frozen=True)
class Duplicate:
    """A payment of the same company and amount: either the mirror's `payment`, or a `change` of ours that
    the mirror does not show yet. `key` names it in forms. `on` is its value date, or the day it was recorded."""

    key: str
    on: dt.date | None
    reference: str
    same_reference: bool
    payment: Payment | None = None
    change: Change | None = None


def likely_duplicates(
    actor: Membership, wanted: Wanted, change_id: UUID, batch: UUID | None = None
) -> list[Duplicate]:
    """Payments of the company over the same amount that have the same reference, or a value date or day of
    recording within five days of the new one's value date; the latest first. Refunded ones do not count.

    `change_id` is the new payment's own, which is never its duplicate; nor is another one of the same `batch`, where
    somebody has listed them side by side.
    """
    own = {change_id}
    if batch is not None:
        own |= set(Change.objects.filter(batch=batch, amount=wanted.total).values_list("pk", flat=True))
    waiting = list(_not_mirrored(actor, wanted, own))
    ours = {str(each.change.pk) for each in waiting if each.change} | {str(each) for each in own}
    duplicates = [*waiting, *_mirrored(actor, wanted, ours)]
    return sorted(duplicates, key=lambda each: each.on or dt.date.min, reverse=True)


def _not_mirrored(actor: Membership, wanted: Wanted, without: set[UUID]) -> Iterator[Duplicate]:
    """Recordings of ours that wait, are under way, or are done but not read back."""
    ours = Change.objects.unfinished().filter(
        store=actor.store, company_id=wanted.company_id, verb=Change.Verb.RECORD_PAYMENT
    )
    same = ours.filter(amount=wanted.total, currency=wanted.currency).exclude(pk__in=without)
    for change in same.select_related("payment_record", "actor__user"):
        record = change.payment_record
        same_reference = _same(record.reference, wanted.reference)
        if same_reference or _near(
            wanted.received_on, record.received_on, actor.store.today(change.asked_at)
        ):
            key = f"change-{change.pk}"
            yield Duplicate(key, record.received_on, record.reference, same_reference, change=change)


def _mirrored(actor: Membership, wanted: Wanted, without: set[str]) -> Iterator[Duplicate]:
    """Payments of the mirror but those with these external ids; where we recorded one, by what we noted then."""
    same = Payment.objects.visible_to(actor).filter(
        company_id=wanted.company_id, currency=wanted.currency, total=wanted.total
    )
    payments = list(same.exclude(processing_status=ProcessingStatus.REFUNDED).defer("raw"))
    target_ids = [payment.api_id for payment in payments]
    ours = PaymentRecord.objects.filter(change__store=actor.store, change__target_id__in=target_ids)
    records = {str(record.change_id): record for record in ours}
    for payment in payments:
        record = records.get(payment.external_id)
        value_date = record.received_on if record else None
        recorded_on = actor.store.today(payment.created_at) if payment.created_at else None
        reference = record.reference if record else payment.memo
        same_reference = _same(reference, wanted.reference, is_memo=record is None)
        is_near = _near(wanted.received_on, value_date, recorded_on)
        if (same_reference or is_near) and payment.external_id not in without:
            key = f"payment-{payment.api_id}"
            yield Duplicate(key, value_date or recorded_on, reference, same_reference, payment=payment)


def _near(day: dt.date, *days: dt.date | None) -> bool:
    return any(other is not None and abs(day - other) <= DAYS for other in days)


def _same(text: str, reference: str, *, is_memo: bool = False) -> bool:
    """True if both are one reference: `chq 20-41` and `CHQ 2041` are. A memo, as other systems write it, may hold the
    reference somewhere."""
    known, wanted = (
        "".join(sign for sign in each.casefold() if sign.isalnum()) for each in (text, reference)
    )
    if is_memo:
        return len(wanted) >= TELLING and wanted in known
    return bool(known) and known == wanted
