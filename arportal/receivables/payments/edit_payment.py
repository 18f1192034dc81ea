"""Editing an offline payment: who paid, the memo, and which invoices get how much."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.b2b import Client, OfflineLine, ProcessingStatus
from arportal.mirror.models import Payment
from arportal.receivables.allocation.lines import sums
from arportal.receivables.bank.uses import is_of_line
from arportal.receivables.changes.draft import Content, Draft
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.excluding import check_free
from arportal.receivables.changes.execution import LookupResult
from arportal.receivables.changes.periods import closed_days
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import About, Verb
from arportal.receivables.models import Change, PaymentRecord
from arportal.receivables.on_account.keeping import taken_for
from arportal.receivables.payments.allocation_limits import (
    AllocationLimit,
    allocation_limits,
    check_limits,
    check_still_open,
    exceeds,
    open_before,
)
from arportal.receivables.payments.edits import Edit, moved
from arportal.receivables.payments.payment_contents import (
    CHANGED,
    Contents,
    check_unchanged,
    contents_of,
    counted,
    read_afresh,
    read_back,
    shown,
)
from arportal.receivables.payments.previews import Effect, preview_amounts, will_count
from arportal.receivables.payments.set_status import OF_ONE_PAYMENT
from arportal.stores.access import Permission
from arportal.stores.models import Membership

# What an edit writes to the store; the rest only has to be as it was seen.
WRITTEN = ("payer_name", "memo", "lines")
OURS = ("reference", "method", "received_on", "open")


class _Editing:
    def send(self, client: Client, change: Change) -> int:
        payments = client.payments
        payment = payments.get(change.target)
        # The API has no condition on a PUT: this look is as close to it as we can get.
        if contents_of(payment) != {name: value for name, value in change.before.items() if name not in OURS}:
            raise Conflict(str(CHANGED))
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

    def look_up(self, client: Client, change: Change) -> LookupResult:
        payment = client.payments.get(change.target)
        now = _written(contents_of(payment))
        if now == _written(change.after):
            return LookupResult(LookupOutcome.DONE, payment.payment_id)
        return LookupResult(
            LookupOutcome.NOT_DONE if now == _written(change.before) else LookupOutcome.OVERTAKEN
        )

    def read_back(self, change: Change) -> None:
        """Rewrites, by the latest edit, what was noted when the payment was recorded here too: lists, searches and
        the look for duplicates go by it. What it was stays in the edit's `before`."""
        made = PaymentRecord.objects.filter(
            change__store=change.store,
            change__target_id=change.target_id,
            change__state=Change.State.APPLIED,
        )
        latest = made.filter(change__verb=Change.Verb.EDIT_PAYMENT).order_by("-change__asked_at").first()
        if latest is not None:
            made.filter(change__verb=Change.Verb.RECORD_PAYMENT).update(
                reference=latest.reference, method=latest.method, received_on=latest.received_on
            )
        read_back(change)


def _written(contents: Mapping[str, Any]) -> list[Any]:
    return [contents[name] for name in WRITTEN]


@dataclass(kw_only=True)
class EditPayment(Verb[Payment]):
    """Rewrites an offline payment (GET, merge, PUT /ip/payments/offline/{id}) so that it becomes as `wanted`.

    Raises Conflict; Invalid with the fields `amount-<invoice id>`, `payer_name`, `received_on`, "" and,
    where that warning was not accepted, `overpayment`.
    """

    name = Change.Verb.EDIT_PAYMENT
    about = About.PAYMENT
    handler = _Editing()
    excludes = OF_ONE_PAYMENT

    payment_id: int
    wanted: Edit
    accept_overpayment: bool = False
    # As `check` has found them.
    _before: Contents = field(default_factory=dict, init=False)
    _limits: dict[int, AllocationLimit] = field(default_factory=dict, init=False)

    def permission(self, row: Payment | None = None) -> Permission:
        return Permission.EDIT_PAYMENT

    def content(self) -> Content:
        return {"target_id": self.payment_id, "payload": self.wanted.as_payload()}

    def row(self) -> Payment:
        return Payment.objects.visible_to(self.actor).get(api_id=self.payment_id)

    def read(self, row: Payment) -> Payment:
        return read_afresh(self.actor, self.payment_id)

    def check(self, row: Payment) -> None:
        self._before, self._limits = check_edit(self.actor, row, self.wanted)
        if not self.accept_overpayment and exceeds(self._limits, self.wanted.allocations):
            words = _("This pays more than is open. Tick the box if that is intended.")
            raise Invalid({"overpayment": [words]})

    def draft(self, row: Payment) -> Draft:
        after = self.wanted.after()
        left = open_before(self._limits, self.wanted.allocations)
        amount = moved(sums(self._before["lines"]), sums(after["lines"]))
        return Draft(
            company_id=row.company_id,
            before=self._before | {"open": left},
            after=after,
            amount=amount or None,
            currency=row.currency if amount else "",
        )

    def asked(self, change: Change) -> None:
        if self.wanted.received_on is not None:
            PaymentRecord.objects.create(
                change=change,
                reference=self.wanted.reference,
                method=self.wanted.method,
                received_on=self.wanted.received_on,
            )


@dataclass(frozen=True)
class EditPreview:
    """An edit as it would be done: the contents that it changes, with how the payment arrived, and the balances that
    move. `overpays`: more would go to an invoice than is open."""

    before: Contents
    effects: list[Effect]
    overpays: bool


def preview_edit(actor: Membership, payment: Payment, wanted: Edit) -> EditPreview:
    """`payment` is freshly read; raises as `EditPayment` does."""
    before, limits = check_edit(actor, payment, wanted)
    # Written anew, a completed payment counts again even where somebody had taken it off balances by hand.
    will = sums(wanted.after()["lines"]) if will_count(payment, payment.processing_status) else {}
    effects = preview_amounts(actor, payment, counted(before), will)
    return EditPreview(before, effects, exceeds(limits, wanted.allocations))


def check_edit(
    actor: Membership, payment: Payment, wanted: Edit
) -> tuple[Contents, dict[int, AllocationLimit]]:
    """The contents that the edit changes, with how the payment arrived, and the limits that it keeps to. Raises
    Invalid unless the payment may become so; it is freshly read."""
    if not payment.is_offline:
        raise Invalid({"": [_("Only a payment that staff recorded can be edited.")]})
    if payment.processing_status not in list(ProcessingStatus)[1:]:
        raise Invalid({"": [_("A payment in this status cannot be edited.")]})
    now = shown(payment)
    check_unchanged(wanted.seen, now)
    check_free(actor.store, [payment.api_id], OF_ONE_PAYMENT)
    limits = allocation_limits(actor, payment, now)
    problems = check_limits(limits, wanted.allocations, actor.store.allow_overpayment)
    total = sum((each.amount for each in wanted.allocations), Decimal(0))
    if taken_for(actor.store, payment.api_id) and total != payment.total:
        words = _(
            "It was taken from money on account: its total stays. Delete it to have that back on account."
        )
        problems[""] = [words]
    if is_of_line(actor.store, payment.api_id) and total != payment.total:
        words = _("It is a line of a bank statement: its total stays. Delete it to have the line open again.")
        problems[""] = [words]
    record = noted(actor, payment.api_id)
    problems |= wanted.problems(actor.store.today(timezone.now()), was_noted=bool(record))
    if wanted.received_on and (was := record.get("received_on")) != wanted.received_on.isoformat():
        # Nor is anything taken out of a closed month.
        days = [wanted.received_on, dt.date.fromisoformat(was) if was else wanted.received_on]
        problems |= closed_days(actor.store, {"received_on": min(days)})
    before = now | record
    if not problems and wanted.after() == before:
        problems[""] = [_("Nothing is changed.")]
    if problems:
        raise Invalid(problems)
    return before, limits


def record_of(actor: Membership, payment_id: int) -> PaymentRecord | None:
    """The record of how the payment arrived, as staff last wrote it down here."""
    made = Change.objects.visible_to(actor).filter(
        verb__in=[Change.Verb.RECORD_PAYMENT, Change.Verb.EDIT_PAYMENT],
        target_id=payment_id,
        state=Change.State.APPLIED,
    )
    return PaymentRecord.objects.filter(change__in=made).order_by("-change__asked_at").first()


def noted(actor: Membership, payment_id: int) -> dict[str, Any]:
    """The same as JSON, as Changes keep it; empty when nothing was written down."""
    record = record_of(actor, payment_id)
    if record is None:
        return {}
    return {
        "reference": record.reference,
        "method": record.method,
        "received_on": record.received_on.isoformat(),
    }
