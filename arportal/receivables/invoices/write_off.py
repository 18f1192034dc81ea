"""Writing off what will not come, and taking a write-off back."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from arportal.b2b import Client, plain
from arportal.b2b.errors import NotFound
from arportal.mirror.api.refresh import refresh_invoices
from arportal.mirror.models import Invoice
from arportal.receivables.changes.draft import Content, Draft
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.execution import LookupResult
from arportal.receivables.changes.reasons import check_reason
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import About, Verb
from arportal.receivables.invoices.balance_moves import (
    BalanceChange,
    BalanceState,
    check_open,
    move_of,
    read_with_payments,
    state_now,
    state_since,
    write,
)
from arportal.receivables.invoices.edit_invoice import CHANGED, CHANGING
from arportal.receivables.invoices.invoice_values import agree, values_of
from arportal.receivables.models import Change
from arportal.stores.access import Permission
from arportal.stores.models import Membership, Role

# What of an invoice has to be as it was shown.
GUARDED = ("number", "status", "open_balance", "original_balance")


def needs_second_person(actor: Membership, amount: Decimal, currency: str) -> bool:
    """True if the store's limit of write-offs for this role is below the amount; see `Store.write_off_limits`. The
    limits of approval hold besides."""
    is_clerk = actor.role == Role.CLERK
    limits = actor.store.write_off_limits.get(Role.CLERK if is_clerk else Role.CONTROLLER)
    if not limits:
        return is_clerk
    limit = limits.get(currency)
    return limit is None or amount > Decimal(limit)


class _Moving:
    """Sends the move of one invoice: a write-off, or its undoing."""

    def send(self, client: Client, change: Change) -> int:
        move = move_of(change)
        if state_now(client, move) is not BalanceState.BEFORE:
            raise Conflict(_("The invoice has changed since it was shown; it was left as it is."))
        return write(client, move, change.currency)

    def look_up(self, client: Client, change: Change) -> LookupResult:
        match state_since(client, move_of(change)):
            case BalanceState.GONE:
                raise NotFound("The store no longer has the invoice.")
            case BalanceState.MOVED:
                return LookupResult(LookupOutcome.DONE, change.target)
            case BalanceState.BEFORE:
                return LookupResult(LookupOutcome.NOT_DONE)
        return LookupResult(LookupOutcome.OVERTAKEN)

    def read_back(self, change: Change) -> None:
        refresh_invoices(change.store, [change.target])


@dataclass(kw_only=True)
class WriteOff(Verb[Invoice]):
    """Takes an amount off what is open on an invoice (PUT /ip/invoices/{id}). `seen` is the invoice as it was shown,
    as `values_of` has it.

    Raises Conflict. Invalid names `amount`, `reason`, or "".
    """

    name = Change.Verb.WRITE_OFF
    about = About.INVOICE
    handler = _Moving()
    excludes = CHANGING

    invoice_id: int
    amount: Decimal
    seen: Mapping[str, Any]
    reason: str

    def permission(self, row: Invoice | None = None) -> Permission:
        return Permission.WRITE_OFF

    def content(self) -> Content:
        lines = [{"invoice_id": self.invoice_id, "amount": plain(self.amount)}]
        return {"target_id": self.invoice_id, "payload": {"reason": self.reason, "lines": lines}}

    def row(self) -> Invoice:
        return Invoice.objects.visible_to(self.actor).get(api_id=self.invoice_id)

    def read(self, row: Invoice) -> Invoice:
        return read_with_payments(self.actor, self.invoice_id)

    def check(self, row: Invoice) -> None:
        check_reason(self.reason)
        check_seen(row, self.seen)
        check_open(self.actor, row, self.amount)

    def draft(self, row: Invoice) -> Draft:
        move = BalanceChange.of(row, -self.amount)
        return Draft(
            company_id=row.company_id,
            before=move.as_before(),
            after=move.as_after(),
            amount=self.amount,
            currency=row.currency,
            needs_approval=needs_second_person(self.actor, self.amount, row.currency),
        )


@dataclass(kw_only=True)
class UndoWriteOff(Verb[Invoice]):
    """Opens again what a write-off took off. Raises Conflict when the invoice has changed since; Invalid names
    `reason`, or ""."""

    name = Change.Verb.UNDO_WRITE_OFF
    about = About.INVOICE
    handler = _Moving()
    excludes = CHANGING

    # The Change that wrote it off.
    undoes: uuid.UUID
    reason: str

    def permission(self, row: Invoice | None = None) -> Permission:
        return Permission.WRITE_OFF

    def content(self) -> Content:
        payload = {"reason": self.reason, "undoes": str(self.undoes)}
        return {"target_id": self._write_off().target_id, "payload": payload}

    def row(self) -> Invoice:
        return Invoice.objects.visible_to(self.actor).get(api_id=self._write_off().target)

    def read(self, row: Invoice) -> Invoice:
        return read_with_payments(self.actor, row.api_id)

    def check(self, row: Invoice) -> None:
        check_reason(self.reason)
        check_not_undone(self._write_off())
        if row.open_balance != move_of(self._write_off()).after:
            raise Conflict(_("The invoice has changed since it was written off: this cannot be taken back."))

    def draft(self, row: Invoice) -> Draft:
        back = move_of(self._write_off()).taken_back(row)
        amount = back.after - back.before
        return Draft(
            company_id=row.company_id,
            before=back.as_before(),
            after=back.as_after(),
            amount=amount,
            currency=row.currency,
            needs_approval=needs_second_person(self.actor, amount, row.currency),
        )

    def _write_off(self) -> Change:
        return done(self.actor, self.undoes, Change.Verb.WRITE_OFF)


def check_seen(invoice: Invoice, seen: Mapping[str, Any]) -> None:
    """Raises Conflict unless the invoice is as it was shown."""
    now = values_of(invoice, invoice.store.zone)
    if not agree(now, {name: seen[name] for name in GUARDED}):
        raise Conflict(str(CHANGED), seen=seen, now=now)


def done(actor: Membership, change_id: uuid.UUID, verb: Change.Verb) -> Change:
    """A Change that was done, to be undone. Raises Change.DoesNotExist when the actor cannot see such a one."""
    return Change.objects.visible_to(actor).get(pk=change_id, verb=verb, state=Change.State.APPLIED)


def check_not_undone(change: Change) -> None:
    """Raises Invalid when it is undone already, or is to be. Call it with the company locked."""
    undoing = Change.objects.filter(store=change.store_id, target_id=change.target_id)
    undoing = undoing.filter(payload__undoes=str(change.pk)).exclude(state=Change.State.REFUSED)
    if undoing.exists():
        raise Invalid({"": [_("This was taken back already.")]})
