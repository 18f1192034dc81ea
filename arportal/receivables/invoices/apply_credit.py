"""Applying a credit (a credit note, or what was paid too much on an invoice) to an open invoice of the company.

The store knows no such thing: one PUT moves the credit towards zero, another what is open on the invoice.
The credit goes first, for nobody pays it: it stays as we leave it while the invoice is looked at again, and is put
back if that was paid meanwhile. A process that dies between the two leaves a Change whose look-up finds the credit
moved and the invoice not; after the quarantine the other PUT is sent.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Client, plain
from arportal.b2b.errors import B2BError
from arportal.mirror.api.refresh import refresh_invoices
from arportal.mirror.models import Invoice
from arportal.receivables.changes.draft import Content, Draft
from arportal.receivables.changes.errors import Conflict, Invalid, in_words
from arportal.receivables.changes.execution import REFUSALS, HalfDone, LookupResult
from arportal.receivables.changes.reasons import check_reason
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import About, Verb
from arportal.receivables.invoices.balance_moves import (
    BalanceChange,
    BalanceState,
    check_open,
    credit_move_of,
    move_of,
    read_with_payments,
    state_now,
    state_since,
    write,
)
from arportal.receivables.invoices.edit_invoice import CHANGING
from arportal.receivables.invoices.write_off import check_not_undone, check_seen, done
from arportal.receivables.models import Change
from arportal.stores.access import Permission

PUT_BACK = _lazy("The credit was put back as it was.")
UNCLEAR = _lazy(
    "The credit is used, but the invoice was changed at the store meanwhile: nobody can tell whether it was applied "
    "there. Look at both, and correct the one that is wrong."
)


class _MovingBoth:
    """Sends the move of the credit, then that of the invoice."""

    def send(self, client: Client, change: Change) -> int:
        credit, invoice = credit_move_of(change), move_of(change)
        if change.attempts > 1 and state_since(client, credit) is BalanceState.MOVED:
            return self._finish(client, change, state_since)
        if {state_now(client, credit), state_now(client, invoice)} != {BalanceState.BEFORE}:
            raise Conflict(_("The invoice or the credit has changed since it was shown; both were left."))
        write(client, credit, change.currency)
        # Looked at again: what was paid while the first write waited for its turn must not be written over.
        return self._finish(client, change, state_now)

    def _finish(
        self, client: Client, change: Change, look: Callable[[Client, BalanceChange], BalanceState]
    ) -> int:
        """Moves the invoice, the credit being moved already, or puts the credit back and raises Conflict."""
        credit, invoice = credit_move_of(change), move_of(change)
        back = replace(credit, after=credit.before, status_after=credit.status_before)
        try:
            match look(client, invoice):
                case BalanceState.MOVED:
                    return change.target
                case BalanceState.BEFORE:
                    return write(client, invoice, change.currency)
                case BalanceState.OTHER if look is state_since:
                    raise Conflict(str(UNCLEAR))
            write(client, back, change.currency)
        except B2BError as error:
            if error.method != "PUT" or error.status not in REFUSALS:
                raise HalfDone from error
            self._put_back(client, back, change.currency)
            raise Conflict(f"{in_words(error)} {PUT_BACK}") from error
        raise Conflict(f"{_('The invoice was changed at the store meanwhile.')} {PUT_BACK}")

    def _put_back(self, client: Client, back: BalanceChange, currency: str) -> None:
        try:
            write(client, back, currency)
        except B2BError as error:
            raise HalfDone from error

    def look_up(self, client: Client, change: Change) -> LookupResult:
        of_credit = state_since(client, credit_move_of(change))
        of_invoice = state_since(client, move_of(change))
        # The invoice is never moved before the credit was seen to be.
        if of_invoice is BalanceState.MOVED and of_credit is not BalanceState.BEFORE:
            return LookupResult(LookupOutcome.DONE, change.target)
        if of_credit is BalanceState.MOVED or of_credit is of_invoice is BalanceState.BEFORE:
            return LookupResult(LookupOutcome.NOT_DONE)
        return LookupResult(LookupOutcome.OVERTAKEN)

    def read_back(self, change: Change) -> None:
        refresh_invoices(change.store, [credit_move_of(change).invoice_id, change.target])


@dataclass(kw_only=True)
class ApplyCredit(Verb[Invoice]):
    """Takes an amount off a credit and off what is open on an invoice of the same company and currency.

    `seen` and `credit_seen` are the two as they were shown, as `values_of` has them. Raises Conflict. Invalid names
    `amount`, `reason`, or "".
    """

    name = Change.Verb.APPLY_CREDIT
    about = About.INVOICE
    handler = _MovingBoth()
    excludes = CHANGING

    invoice_id: int
    credit_id: int
    amount: Decimal
    seen: Mapping[str, Any]
    credit_seen: Mapping[str, Any]
    reason: str

    def permission(self, row: Invoice | None = None) -> Permission:
        return Permission.APPLY_CREDIT

    def content(self) -> Content:
        lines = [{"invoice_id": self.invoice_id, "amount": plain(self.amount)}]
        return {
            "target_id": self.invoice_id,
            "credit_id": self.credit_id,
            "payload": {"reason": self.reason, "lines": lines},
        }

    def row(self) -> Invoice:
        return Invoice.objects.visible_to(self.actor).get(api_id=self.invoice_id)

    def read(self, row: Invoice) -> Invoice:
        read_with_payments(self.actor, self.credit_id)
        return read_with_payments(self.actor, self.invoice_id)

    def check(self, row: Invoice) -> None:
        check_reason(self.reason)
        credit = self._credit(row)
        check_seen(credit, self.credit_seen)
        check_seen(row, self.seen)
        if self.amount > -credit.open_balance:
            raise Invalid({"amount": [_("This is more than the credit.")]})
        check_open(self.actor, row, self.amount)

    def draft(self, row: Invoice) -> Draft:
        credit = BalanceChange.of(self._credit(row), self.amount)
        return _draft(BalanceChange.of(row, -self.amount), credit, row)

    def _credit(self, invoice: Invoice) -> Invoice:
        credits = Invoice.objects.visible_to(self.actor).in_credit()
        of_company = credits.filter(company_id=invoice.company_id, currency=invoice.currency)
        credit = of_company.filter(api_id=self.credit_id).first()
        if credit is None:
            raise Invalid({"": [_("This company has no such credit in the currency of the invoice.")]})
        return credit


@dataclass(kw_only=True)
class UndoCredit(Verb[Invoice]):
    """Takes an applied credit back: it is as large as before, and as much is open on the invoice again.

    Raises Conflict when either has changed since; Invalid names `reason`, or "".
    """

    name = Change.Verb.UNDO_CREDIT
    about = About.INVOICE
    handler = _MovingBoth()
    excludes = CHANGING

    # The Change that applied it.
    undoes: uuid.UUID
    reason: str

    def permission(self, row: Invoice | None = None) -> Permission:
        return Permission.APPLY_CREDIT

    def content(self) -> Content:
        return {
            "target_id": self._applied().target_id,
            "credit_id": self._applied().credit_id,
            "payload": {"reason": self.reason, "undoes": str(self.undoes)},
        }

    def row(self) -> Invoice:
        return Invoice.objects.visible_to(self.actor).get(api_id=move_of(self._applied()).invoice_id)

    def read(self, row: Invoice) -> Invoice:
        read_with_payments(self.actor, credit_move_of(self._applied()).invoice_id)
        return read_with_payments(self.actor, row.api_id)

    def check(self, row: Invoice) -> None:
        check_reason(self.reason)
        applied = self._applied()
        check_not_undone(applied)
        pairs = ((row, move_of(applied)), (self._credit(), credit_move_of(applied)))
        if any(invoice.open_balance != move.after for invoice, move in pairs):
            raise Conflict(
                _("The invoice or the credit has changed since it was applied: this cannot be taken back.")
            )

    def draft(self, row: Invoice) -> Draft:
        applied = self._applied()
        return _draft(
            move_of(applied).taken_back(row), credit_move_of(applied).taken_back(self._credit()), row
        )

    def _applied(self) -> Change:
        return done(self.actor, self.undoes, Change.Verb.APPLY_CREDIT)

    def _credit(self) -> Invoice:
        credit_id = credit_move_of(self._applied()).invoice_id
        credit = Invoice.objects.visible_to(self.actor).filter(api_id=credit_id).first()
        if credit is None:
            raise Invalid({"": [_("The store no longer has the credit.")]})
        return credit


def _draft(invoice: BalanceChange, credit: BalanceChange, row: Invoice) -> Draft:
    return Draft(
        company_id=row.company_id,
        before={**invoice.as_before(), "credit": credit.as_before()},
        after={**invoice.as_after(), "credit": credit.as_after()},
        amount=abs(invoice.after - invoice.before),
        currency=row.currency,
    )
