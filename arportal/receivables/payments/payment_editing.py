"""Editing an offline payment: who paid, the memo, and which invoices get how much."""

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.b2b import OfflineLine, ProcessingStatus
from arportal.mirror.api.connections import client_for
from arportal.mirror.models import Payment
from arportal.receivables.allocation.allocations import sums
from arportal.receivables.changes import changes
from arportal.receivables.changes.changes import Finding, Stale
from arportal.receivables.changes.deciding import Fate
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change, PaymentRecord
from arportal.receivables.payments.effects import Effect, will_count
from arportal.receivables.payments.foretelling import foretell
from arportal.receivables.payments.payment_contents import (
    CHANGED,
    Contents,
    check_free,
    check_unchanged,
    contents_of,
    counted,
    read_afresh,
    read_back,
    shown,
)
from arportal.receivables.payments.payment_edit import Edit, moved
from arportal.receivables.payments.payment_rooms import check_room, check_still_open, open_before, rooms
from arportal.receivables.payments.payments import target
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership

VERB = Change.Verb.EDIT_PAYMENT
# What an edit writes to the store; the rest only has to be as it was seen.
WRITTEN = ("payer_name", "memo", "lines")
OURS = ("reference", "method", "received_on", "open")


def edit(
    actor: Membership,
    change_id: uuid.UUID,
    payment_id: int,
    asked: Edit,
    *,
    accept_overpayment: bool = False,
) -> Change:
    """Rewrites the payment (GET, merge, PUT /ip/payments/offline/{id}), once per `change_id`.

    Raises NotAllowed; Payment.DoesNotExist when the actor cannot see it; ChangedMeanwhile; Invalid with the
    fields `amount-<invoice id>`, `payer_name`, `received_on`, "" and, where that warning was not accepted,
    `overpayment`.
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
            change = changes.existing(actor, change_id, VERB, **content)
            if change is None:
                check(actor, payment, asked)
                _heed_warning(actor, payment, asked, accept_overpayment)
                change = _ask(actor, change_id, payment, asked, content)
    return changes.carry_out(change)


def preview(actor: Membership, payment: Payment, asked: Edit) -> list[Effect]:
    """What the edit will do to balances. `payment` is freshly read; raises as `edit` does."""
    check(actor, payment, asked)
    # Written anew, a completed payment counts again even where somebody had taken it off balances by hand.
    will = sums(asked.after()["lines"]) if will_count(payment, payment.processing_status) else {}
    return foretell(actor, payment, counted(shown(payment)), will)


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
    arrived = arrival(actor, payment.api_id)
    problems |= _problems(actor, asked, was_kept=bool(arrived))
    if not problems and asked.after() == now | arrived:
        problems[""] = [_("Nothing is changed.")]
    if problems:
        raise Invalid(problems)


def overpays(actor: Membership, payment: Payment, asked: Edit) -> bool:
    """Whether more would go to an invoice than is open. `payment` is freshly read."""
    found = rooms(actor, payment, shown(payment))
    return any(
        each.invoice_id in found and found[each.invoice_id].is_exceeded_by(each.amount)
        for each in asked.allocations
    )


def _heed_warning(actor: Membership, payment: Payment, asked: Edit, accepted: bool) -> None:
    if not accepted and overpays(actor, payment, asked):
        words = _("This pays more than is open. Tick the box if that is intended.")
        raise Invalid({"overpayment": [words]})


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


def _problems(actor: Membership, asked: Edit, *, was_kept: bool) -> dict[str, list[str]]:
    problems = {}
    says_how = asked.reference or asked.method != PaymentRecord.Method.OTHER or was_kept
    if not asked.payer_name:
        # The store would write a name of its own in its place.
        problems["payer_name"] = [_("Enter the payer.")]
    if asked.received_on and asked.received_on > actor.store.today(timezone.now()):
        problems["received_on"] = [_("This date is in the future.")]
    if says_how and not asked.received_on:
        problems["received_on"] = [_("Enter the value date.")]
    return problems


def _ask(
    actor: Membership, change_id: uuid.UUID, payment: Payment, asked: Edit, content: dict[str, Any]
) -> Change:
    now, after = shown(payment), asked.after()
    left = rooms(actor, payment, now)
    amount = moved(sums(now["lines"]), sums(after["lines"]))
    change = changes.ask(
        *(actor, change_id, VERB),
        **content,
        before=now | arrival(actor, payment.api_id) | {"open": open_before(left, asked.allocations)},
        after=after,
        amount=amount or None,
        currency=payment.currency if amount else "",
    )
    if asked.received_on is not None:
        PaymentRecord.objects.create(
            change=change, reference=asked.reference, method=asked.method, received_on=asked.received_on
        )
    return change


class _Editing:
    def send(self, change: Change) -> int:
        payments = client_for(change.store).payments
        payment = payments.get(target(change))
        # The API has no condition on a PUT: this look is as close to it as we can get.
        if contents_of(payment) != _bare(change.before):
            raise Stale(str(CHANGED))
        if change.is_unattended:
            check_still_open(change)
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
        _correct_recording(change)
        read_back(change)


def _correct_recording(change: Change) -> None:
    """Where the payment was recorded here, what was noted then follows the latest edit: lists, searches and the
    look for duplicates go by it. What it was stays in the edit's `before`."""
    made = PaymentRecord.objects.filter(
        change__store=change.store, change__target_id=change.target_id, change__state=Change.State.APPLIED
    )
    latest = made.filter(change__verb=VERB).order_by("-change__asked_at").first()
    if latest is not None:
        made.filter(change__verb=Change.Verb.RECORD_PAYMENT).update(
            reference=latest.reference, method=latest.method, received_on=latest.received_on
        )


def _bare(contents: Mapping[str, Any]) -> Contents:
    return {name: value for name, value in contents.items() if name not in OURS}


def _written(contents: Mapping[str, Any]) -> list[Any]:
    return [contents[name] for name in WRITTEN]


changes.carriers[VERB] = _Editing()
