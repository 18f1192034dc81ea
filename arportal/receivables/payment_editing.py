"""Editing an offline payment: who paid, the memo, and which invoices get how much."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.b2b import OfflineLine, ProcessingStatus
from arportal.mirror.connections import client_for
from arportal.mirror.models import Payment
from arportal.receivables import changes
from arportal.receivables.allocations import Allocation
from arportal.receivables.changes import Finding, Stale
from arportal.receivables.deciding import Fate
from arportal.receivables.effects import Effect
from arportal.receivables.errors import Invalid
from arportal.receivables.foretelling import foretell
from arportal.receivables.models import Change, PaymentRecord
from arportal.receivables.payment_contents import (
    CHANGED,
    Contents,
    check_free,
    check_unchanged,
    contents_of,
    counted,
    line,
    read_afresh,
    read_back,
    shown,
    sums,
)
from arportal.receivables.payment_rooms import check_room, rooms
from arportal.receivables.payments import target
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership

VERB = Change.Verb.EDIT_PAYMENT
# What an edit writes to the store; the rest only has to be as it was seen.
WRITTEN = ("payer_name", "memo", "lines")
KNOWN = ("reference", "method", "received_on")


@dataclass(frozen=True, kw_only=True)
class Edit:
    """The payment as it shall be. `seen` is what was shown; without `received_on` nothing is
    written down of how the payment arrived."""

    seen: Contents
    payer_name: str
    memo: str
    allocations: tuple[Allocation, ...]
    reference: str = ""
    method: str = PaymentRecord.Method.OTHER
    received_on: dt.date | None = None

    @property
    def amounts(self) -> dict[int, Decimal]:
        return {each.invoice_id: each.amount for each in self.allocations}

    def as_payload(self) -> dict[str, Any]:
        return {
            **{"currency": self.seen["currency"], "payer_name": self.payer_name, "memo": self.memo},
            "lines": [line(each.invoice_id, each.amount) for each in self.allocations],
            **self._arrival(),
        }

    def after(self) -> dict[str, Any]:
        """What it is to hold; lines whose invoice gets what it got stay as they are."""
        lines = _merged(self.seen["lines"], self.amounts)
        return {
            **self.seen,
            "payer_name": self.payer_name,
            "memo": self.memo,
            "lines": lines,
        } | self._arrival()

    def _arrival(self) -> dict[str, Any]:
        if self.received_on is None:
            return {}
        return {
            **{"reference": self.reference, "method": str(self.method)},
            "received_on": self.received_on.isoformat(),
        }


def edit(actor: Membership, change_id: uuid.UUID, payment_id: int, asked: Edit) -> Change:
    """Rewrites the payment (GET, merge, PUT /ip/payments/offline/{id}), once per `change_id`.

    Raises NotAllowed; Payment.DoesNotExist when the actor cannot see it; ChangedMeanwhile; Invalid with the
    fields `amount-<invoice id>`, `payer_name`, `received_on` and "".
    """
    payment = Payment.objects.visible_to(actor).get(api_id=payment_id)
    require(actor, Permission.EDIT_PAYMENT, company_id=payment.company_id)
    content = {"target_id": payment_id, "company_id": payment.company_id, "payload": asked.as_payload()}
    change = changes.existing(actor, change_id, VERB, **content)
    if change is None:
        # Read before the company is locked: no HTTP call happens inside a transaction.
        payment = read_afresh(actor, payment_id)
        with transaction.atomic():
            changes.lock_company(actor.store_id, payment.company_id)
            change = changes.existing(actor, change_id, VERB, **content) or _ask(
                actor, change_id, payment, asked, content
            )
    return changes.carry_out(change)


def preview(actor: Membership, payment: Payment, asked: Edit) -> list[Effect]:
    """What the edit will do to balances. `payment` is freshly read; raises as `edit` does."""
    check(actor, payment, asked)
    now = shown(payment)
    return foretell(actor, payment, counted(now), counted(asked.after()))


def check(actor: Membership, payment: Payment, asked: Edit) -> None:
    """Raises Invalid unless the payment may become so. `payment` is freshly read."""
    if not payment.is_offline:
        raise Invalid({"": [_("Only a payment that staff recorded can be edited.")]})
    if payment.processing_status not in list(ProcessingStatus)[1:]:
        raise Invalid({"": [_("A payment in this status cannot be edited.")]})
    now = shown(payment)
    check_unchanged(asked.seen, now)
    check_free(actor, payment.api_id)
    problems = check_room(rooms(actor, payment, now), asked.allocations, actor.store.allow_overpayment)
    problems |= _problems(actor, asked)
    if not problems and asked.after() == now | arrival(actor, payment.api_id):
        problems[""] = [_("Nothing is changed.")]
    if problems:
        raise Invalid(problems)


def record_of(actor: Membership, payment_id: int) -> PaymentRecord | None:
    """How the payment arrived, as staff last wrote it down here."""
    made = Change.objects.visible_to(actor).filter(
        verb__in=[Change.Verb.RECORD_PAYMENT, VERB], target_id=payment_id, state=Change.State.APPLIED
    )
    return PaymentRecord.objects.filter(change__in=made).order_by("-change__asked_at").first()


def arrival(actor: Membership, payment_id: int) -> dict[str, Any]:
    """The same as JSON, as Changes keep it; empty when nothing was written down."""
    record = record_of(actor, payment_id)
    if record is None:
        return {}
    return {
        **{"reference": record.reference, "method": record.method},
        "received_on": record.received_on.isoformat(),
    }


def _problems(actor: Membership, asked: Edit) -> dict[str, list[str]]:
    problems = {}
    if not asked.payer_name:
        # The store would write a name of its own in its place.
        problems["payer_name"] = [_("Say who paid.")]
    if asked.received_on and asked.received_on > actor.store.today(timezone.now()):
        problems["received_on"] = [_("This day has not come yet.")]
    if asked.reference and not asked.received_on:
        problems["received_on"] = [_("Say when it was received, too.")]
    return problems


def _ask(
    actor: Membership, change_id: uuid.UUID, payment: Payment, asked: Edit, content: dict[str, Any]
) -> Change:
    check(actor, payment, asked)
    now, after = shown(payment), asked.after()
    amount = _moved(sums(now["lines"]), sums(after["lines"]))
    change = changes.ask(
        *(actor, change_id, VERB),
        **content,
        before=now | arrival(actor, payment.api_id),
        after=after,
        amount=amount or None,
        currency=payment.currency if amount else "",
    )
    if asked.received_on is not None:
        PaymentRecord.objects.create(
            change=change, reference=asked.reference, method=asked.method, received_on=asked.received_on
        )
    return change


def _moved(was: Mapping[int, Decimal], will: Mapping[int, Decimal]) -> Decimal:
    """How much money goes elsewhere: what invoices lose or what they win, whichever is more."""
    by = [will.get(each, Decimal(0)) - was.get(each, Decimal(0)) for each in {**was, **will}]
    won, lost = (sum((each for each in by if each * sign > 0), Decimal(0)) for sign in (1, -1))
    return max(won, -lost)


def _merged(lines: Sequence[dict[str, Any]], amounts: Mapping[int, Decimal]) -> list[dict[str, Any]]:
    was = sums(lines)
    kept = [each for each in lines if amounts.get(each["invoice_id"]) == was[each["invoice_id"]]]
    return kept + [line(each, amount) for each, amount in amounts.items() if was.get(each) != amount]


class _Editing:
    def send(self, change: Change) -> int:
        payments = client_for(change.store).payments
        payment = payments.get(target(change))
        # The API has no condition on a PUT: this look is as close to it as we can get.
        if contents_of(payment) != _bare(change.before):
            raise Stale(str(CHANGED))
        return payments.replace_offline(
            payment,
            lines=[
                OfflineLine(each["invoice_id"], Decimal(each["amount"])) for each in change.after["lines"]
            ],
            memo=change.after["memo"],
            payer_name=change.after["payer_name"],
        )

    def look_up(self, change: Change) -> Finding:
        payment = client_for(change.store).payments.get(target(change))
        now = _written(contents_of(payment))
        if now == _written(change.after):
            return Finding(Fate.DONE, payment.payment_id)
        return Finding(Fate.NOT_DONE if now == _written(change.before) else Fate.OVERTAKEN)

    def mirror(self, change: Change) -> None:
        read_back(change)


def _bare(contents: Mapping[str, Any]) -> Contents:
    return {name: value for name, value in contents.items() if name not in KNOWN}


def _written(contents: Mapping[str, Any]) -> list[Any]:
    return [contents[name] for name in WRITTEN]


changes.carriers[VERB] = _Editing()
