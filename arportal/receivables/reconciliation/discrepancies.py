"""The rules by which a payment at the store agrees with the Change that recorded it: plain values in and out."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from arportal import b2b
from arportal.b2b import plain
from arportal.mirror.models import Payment, PaymentLine
from arportal.receivables.allocation.lines import sums
from arportal.receivables.models import Change, Discrepancy

Kind, State, Verb = Discrepancy.Kind, Change.State, Change.Verb
# What may be asked of a payment that was recorded here, and makes it another than it was recorded.
LATER = (Verb.EDIT_PAYMENT, Verb.OPERATE_PAYMENT, Verb.DELETE_PAYMENT)
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Lines = Mapping[int, Decimal]


@dataclass(frozen=True)
class Held:
    """A payment as the store holds it. `lines`: invoice id → amount."""

    payment_id: int
    external_id: str
    company_id: int
    currency: str
    total: Decimal
    lines: Lines
    memo: str

    @classmethod
    def of(cls, payment: b2b.Payment) -> Self:
        return cls(
            payment_id=payment.payment_id,
            external_id=payment.external_id or "",
            company_id=payment.company_id,
            currency=payment.total.currency,
            total=payment.total.amount,
            lines=_sums((line.invoice_id, line.amount.amount) for line in payment.lines),
            memo=payment.memo,
        )

    @classmethod
    def mirrored(cls, payment: Payment, lines: Collection[PaymentLine]) -> Self:
        return cls(
            payment_id=payment.api_id,
            external_id=payment.external_id,
            company_id=payment.company_id,
            currency=payment.currency,
            total=payment.total,
            lines=_sums((line.invoice_id, line.amount) for line in lines),
            memo=payment.memo,
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "payment_id": self.payment_id,
            "company_id": self.company_id,
        } | _money_as_json(self.currency, self.total, self.lines)


@dataclass(frozen=True)
class Recorded:
    """The payment that a Change has asked for, with the edits since. `is_deleted`: what it made was deleted here.
    `is_settling`: another change of the payment is under way, so that nobody can say how it should be."""

    state: Change.State
    attempts: int
    company_id: int
    currency: str
    lines: Lines
    target_id: int | None = None
    is_deleted: bool = False
    is_settling: bool = False

    @classmethod
    def of(cls, change: Change, later: Collection[Change]) -> Self:
        """`later`: the changes of what it recorded, in order."""
        done = [each for each in later if each.state == State.APPLIED]
        edits = [each.after["lines"] for each in done if each.verb == Verb.EDIT_PAYMENT]
        return cls(
            state=State(change.state),
            attempts=change.attempts,
            company_id=change.company_id,
            currency=change.payload["currency"],
            lines=sums(edits[-1] if edits else change.payload["lines"]),
            target_id=change.target_id,
            is_deleted=any(each.verb == Verb.DELETE_PAYMENT for each in done),
            is_settling=len(done) < len(later),
        )

    @property
    def total(self) -> Decimal:
        return sum(self.lines.values(), Decimal(0))

    @property
    def should_not_be(self) -> bool:
        """True if, as far as we believe, nothing of it is at the store."""
        unsent = self.state == State.ASKED and not self.attempts
        return unsent or self.is_deleted or self.state in (State.WAITING, State.REFUSED)

    def as_json(self) -> dict[str, Any]:
        return {
            "company_id": self.company_id,
            "state": str(self.state),
            "is_deleted": self.is_deleted,
        } | _money_as_json(self.currency, self.total, self.lines)


def recorded_by(changes: Collection[Change]) -> dict[UUID, Recorded]:
    """Change id → the payment it asked for. The Changes are recordings of one store."""
    stores = {change.store_id for change in changes}
    targets = [change.target_id for change in changes if change.target_id]
    made = Change.objects.filter(store__in=stores, verb__in=LATER, target_id__in=targets)
    # Payment id → what was asked of it once it was recorded, in order.
    later: dict[int | None, list[Change]] = defaultdict(list)
    for change in made.exclude(state=State.REFUSED).order_by("asked_at"):
        later[change.target_id].append(change)
    return {change.pk: Recorded.of(change, later[change.target_id]) for change in changes}


def compare(recorded: Recorded | None, held: Collection[Held]) -> Discrepancy.Kind | None:
    """The fault in the payments that carry one Change's id, None when there is none.

    `recorded` is None when we have no such Change.
    """
    if recorded is None:
        return Kind.UNKNOWN if held else None
    if recorded.should_not_be:
        return Kind.UNWANTED if held else None
    if len(held) > 1:
        return Kind.DOUBLE
    if recorded.state != State.APPLIED or recorded.is_settling:
        return None
    if not held:
        return Kind.MISSING
    [payment] = held
    is_as_recorded = (
        payment.company_id == recorded.company_id
        and payment.currency == recorded.currency
        and payment.total == recorded.total
        and payment.lines == recorded.lines
    )
    return None if is_as_recorded else Kind.DIFFERS


def is_another(recorded: Recorded | None, held: Collection[Held]) -> bool:
    """True if the one payment that is there is not the one that the Change names: the store knows better."""
    names = [payment.payment_id for payment in held]
    return (
        recorded is not None
        and recorded.state == State.APPLIED
        and len(names) == 1
        and names != [recorded.target_id]
        and not recorded.is_deleted
    )


def looks_like_ours(external_id: str, memo: str) -> bool:
    """Other systems, too, give payments ids of this form: ours has left its mark in the memo as well."""
    return UUID_TEXT.fullmatch(external_id) is not None and mark_of(UUID(external_id)) in memo


def mark_of(change_id: UUID) -> str:
    """The mark by which a payment's memo leads back to the Change that recorded it."""
    return f"[{change_id.hex[:8]}]"


def _sums(lines: Iterable[tuple[int, Decimal]]) -> dict[int, Decimal]:
    totals: dict[int, Decimal] = {}
    for invoice_id, amount in lines:
        totals[invoice_id] = totals.get(invoice_id, Decimal(0)) + amount
    return totals


def _money_as_json(currency: str, total: Decimal, lines: Lines) -> dict[str, Any]:
    return {
        "currency": currency,
        "total": plain(total),
        "lines": [
            {"invoice_id": invoice_id, "amount": plain(amount)}
            for invoice_id, amount in sorted(lines.items())
        ],
    }
