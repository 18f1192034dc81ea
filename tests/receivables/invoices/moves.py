"""Write-offs and credits as the tests ask for them, and what store, mirror and ledger say of an invoice."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from arportal.mirror.models import Invoice
from arportal.receivables.changes.verb import perform
from arportal.receivables.invoices.apply_credit import ApplyCredit, UndoCredit
from arportal.receivables.invoices.edit_invoice import read_afresh
from arportal.receivables.invoices.invoice_values import values_of
from arportal.receivables.invoices.write_off import UndoWriteOff, WriteOff
from arportal.receivables.models import Change, LedgerEntry
from arportal.stores.models import Membership
from tests.receivables.every_verb import new_credit
from tests.sandbox_server import Sandbox


@dataclass
class Desk:
    """One person, an invoice with more than 10 open, and a credit of 50 of the same company and currency."""

    actor: Membership
    sandbox: Sandbox
    invoice: Invoice
    credit: Invoice

    @classmethod
    def at(cls, actor: Membership, sandbox: Sandbox, invoice: Invoice) -> "Desk":
        fresh = read_afresh(actor, invoice.api_id)
        desk = cls(actor, sandbox, fresh, new_credit(actor, sandbox, fresh, 50))
        sandbox.control("DELETE", "requests")
        return desk

    def seen(self, invoice: Invoice) -> dict[str, Any]:
        row = Invoice.objects.get(pk=invoice.pk)
        return values_of(row, self.actor.store.zone)

    def write_off_form(self, amount: Any, **form: Any) -> WriteOff:
        filled = {
            "actor": self.actor,
            "change_id": uuid.uuid4(),
            "invoice_id": self.invoice.api_id,
            "amount": Decimal(amount),
            "seen": self.seen(self.invoice),
            "reason": "Not worth chasing",
        }
        return WriteOff(**filled | form)

    def credit_form(self, amount: Any, **form: Any) -> ApplyCredit:
        filled = {
            "actor": self.actor,
            "change_id": uuid.uuid4(),
            "invoice_id": self.invoice.api_id,
            "credit_id": self.credit.api_id,
            "amount": Decimal(amount),
            "seen": self.seen(self.invoice),
            "credit_seen": self.seen(self.credit),
            "reason": "As agreed",
        }
        return ApplyCredit(**filled | form)

    def write_off(self, amount: Any, **form: Any) -> Change:
        return perform(self.write_off_form(amount, **form))

    def apply(self, amount: Any, **form: Any) -> Change:
        return perform(self.credit_form(amount, **form))

    def undo(self, change: Change, reason: str = "It came after all") -> Change:
        undoing: Callable[..., Any] = UndoCredit if change.credit_id else UndoWriteOff
        return perform(
            undoing(actor=self.actor, change_id=uuid.uuid4(), undoes=change.pk, reason=reason),
        )

    def pay(self, amount: Any) -> None:
        """A payment at the store, of which nobody here knows."""
        line = {"invoiceId": self.invoice.api_id, "amount": str(amount)}
        about = {"customerId": str(self.invoice.company_id), "currency": self.invoice.currency}
        self.sandbox.post("/ip/payments/offline", about | {"details": {"memo": ""}, "lineItems": [line]})

    def at_store(self, invoice: Invoice) -> tuple[Decimal, int]:
        held = self.sandbox.get(f"/ip/invoices/{invoice.api_id}")
        return Decimal(held["openBalance"]["value"]), held["status"]

    def balances(self, invoice: Invoice) -> set[Decimal]:
        """As store, mirror and ledger have it: one figure, or they disagree."""
        row = Invoice.objects.get(pk=invoice.pk)
        entries = LedgerEntry.objects.filter(store=row.store_id, invoice_id=row.api_id)
        total = entries.aggregate(total=Sum("amount"))["total"]
        return {self.at_store(invoice)[0], row.open_balance, total}

    def entries(self, change: Change) -> list[tuple[str, int, Decimal]]:
        """Cause, invoice and amount of what the change moved, by the ledger."""
        rows = LedgerEntry.objects.filter(change_id=change.pk).order_by("id")
        return list(rows.values_list("cause", "invoice_id", "amount"))
