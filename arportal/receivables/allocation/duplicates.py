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
    """What of a new payment is compared."""

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


def likely_duplicates(actor: Membership, wanted: Wanted, change_id: UUID) -> list[Duplicate]:
    """Payments of the company over the same amount that have the same reference, or a value date or day of
    recording within five days of the new one's value date; the latest first. Refunded ones do not count.

    `change_id` is the new payment's own, which is never its duplicate.
    """
    waiting = list(_on_the_way(actor, wanted, change_id))
    ours = {str(each.change.pk) for each in waiting if each.change} | {str(change_id)}
    found = [*waiting, *_known(actor, wanted, ours)]
    return sorted(found, key=lambda each: each.on or dt.date.min, reverse=True)


def _on_the_way(actor: Membership, wanted: Wanted, change_id: UUID) -> Iterator[Duplicate]:
    """Recordings of ours that wait, are under way, or are done but not read back."""
    ours = (Change.objects.unsettled() | Change.objects.not_mirrored()).filter(
        store=actor.store, company_id=wanted.company_id, verb=Change.Verb.RECORD_PAYMENT
    )
    same = ours.filter(amount=wanted.total, currency=wanted.currency).exclude(pk=change_id)
    for change in same.select_related("payment_record", "actor__user"):
        record = change.payment_record
        days = (record.received_on, actor.store.today(change.asked_at))
        same_reference = _same(record.reference, wanted.reference)
        if same_reference or _near(wanted.received_on, *days):
            key = f"change-{change.pk}"
            yield Duplicate(key, record.received_on, record.reference, same_reference, change=change)


def _known(actor: Membership, wanted: Wanted, without: set[str]) -> Iterator[Duplicate]:
    same = Payment.objects.visible_to(actor).filter(
        company_id=wanted.company_id, currency=wanted.currency, total=wanted.total
    )
    payments = list(same.exclude(processing_status=ProcessingStatus.REFUNDED).defer("raw"))
    records = _records(actor, payments)
    for payment in payments:
        record = records.get(payment.external_id)
        recorded = actor.store.today(payment.created_at) if payment.created_at else None
        reference = record.reference if record else payment.memo
        same_reference = _same(record.reference, wanted.reference) if record else _in(payment.memo, wanted)
        near = _near(wanted.received_on, record.received_on if record else None, recorded)
        if (same_reference or near) and payment.external_id not in without:
            on = record.received_on if record else recorded
            yield Duplicate(f"payment-{payment.api_id}", on, reference, same_reference, payment=payment)


def _records(actor: Membership, payments: list[Payment]) -> dict[str, PaymentRecord]:
    """External id → what we noted when we recorded the payment."""
    target_ids = [payment.api_id for payment in payments]
    ours = PaymentRecord.objects.filter(change__store=actor.store, change__target_id__in=target_ids)
    return {str(record.change_id): record for record in ours}


def _near(day: dt.date, *days: dt.date | None) -> bool:
    return any(other is not None and abs(day - other) <= DAYS for other in days)


def _same(one: str, other: str) -> bool:
    return bool(_plain(one)) and _plain(one) == _plain(other)


def _in(memo: str, wanted: Wanted) -> bool:
    """Of payments that other systems recorded only the memo may hold the reference."""
    reference = _plain(wanted.reference)
    return len(reference) >= TELLING and reference in _plain(memo)


def _plain(reference: str) -> str:
    """`chq 20-41` and `CHQ 2041` are one reference."""
    return "".join(sign for sign in reference.casefold() if sign.isalnum())
