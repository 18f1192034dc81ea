"""Correcting invoices: numbers, dates, status, balances, address. Payments are recorded, never typed in here."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal import b2b
from arportal.b2b import Client, InvoiceStatus
from arportal.b2b.errors import B2BError
from arportal.mirror.api.refresh import refresh_invoices
from arportal.mirror.models import Invoice
from arportal.receivables.changes.draft import Content, Draft
from arportal.receivables.changes.errors import Conflict, Invalid, StoreUnreadable
from arportal.receivables.changes.execution import LookupResult
from arportal.receivables.changes.periods import closed_days
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import About, Verb
from arportal.receivables.invoices.invoice_values import Values, agree, body_of, differences, values_of
from arportal.receivables.models import Change
from arportal.stores.access import Permission
from arportal.stores.models import Membership

CHANGING = frozenset(
    {
        Change.Verb.EDIT_INVOICE,
        Change.Verb.SET_DUE_DATE,
        Change.Verb.DELETE_INVOICE,
        Change.Verb.WRITE_OFF,
        Change.Verb.UNDO_WRITE_OFF,
        Change.Verb.APPLY_CREDIT,
        Change.Verb.UNDO_CREDIT,
    }
)


CHANGED = _lazy("The invoice has changed since it was shown. Look at it, then send it again.")


def check(invoice: Invoice, after: Mapping[str, Any]) -> None:
    """Raises Invalid for what no invoice may become."""
    problems: dict[str, list[str]] = {}
    others = Invoice.objects.filter(store=invoice.store, gone_at=None).exclude(api_id=invoice.api_id)
    if not after:
        problems[""] = [_("Nothing was changed.")]
    if "number" in after and not after["number"].strip():
        problems["number"] = [_("An invoice needs a number.")]
    elif "number" in after and others.filter(number=after["number"]).exists():
        problems["number"] = [_("There is already an invoice %s.") % after["number"]]
    if "due_on" in after and after["due_on"] is None:
        problems["due_on"] = [_("The store cannot remove a due date.")]
    elif "due_on" in after and dt.date.fromisoformat(after["due_on"]) < b2b.FIRST_DAY:
        problems["due_on"] = [_("The store keeps no date before 1970.")]
    elif "due_on" in after:
        problems |= closed_days(invoice.store, {"due_on": dt.date.fromisoformat(after["due_on"])})
    if "original_balance" in after and Decimal(after["original_balance"]) <= 0:
        problems["original_balance"] = [_("It must be above zero.")]
    if problems:
        raise Invalid(problems)


def warnings(values: Mapping[str, Any]) -> list[str]:
    """Contradictions of status and balance: the store takes both as they come."""
    status, opened = values["status"], Decimal(values["open_balance"])
    original = Decimal(values["original_balance"])
    contradictions = []
    if status == InvoiceStatus.PAID and opened > 0:
        contradictions.append(
            _("Marked paid, but an amount is open: nobody will be asked for it, and it cannot be paid.")
        )
    if status == InvoiceStatus.OPEN and 0 < opened < original:
        contradictions.append(_("Marked open, but part of it is paid: choose “Partly paid”."))
    if status == InvoiceStatus.PARTIALLY_PAID and opened >= original:
        contradictions.append(_("Marked partly paid, but nothing has been paid."))
    if opened > original:
        contradictions.append(_("This is more than the original amount."))
    return contradictions


def read_afresh(actor: Membership, invoice_id: int) -> Invoice:
    """Raises Invalid when the store does not answer, or no longer has it."""
    try:
        refresh_invoices(actor.store, [invoice_id])
    except B2BError as error:
        raise StoreUnreadable(error) from error
    invoice = Invoice.objects.visible_to(actor).filter(api_id=invoice_id).first()
    if invoice is None:
        raise Invalid({"": [_("The store no longer has this invoice.")]})
    return invoice


class Editing:
    def send(self, client: Client, change: Change) -> int:
        zone = change.store.zone
        invoice = client.invoices.get(change.target)
        if not agree(values_of(invoice, zone), change.before):
            raise Conflict(_("The invoice has changed since it was shown; it was left as it is."))
        return client.invoices.update(change.target, **body_of(change.payload, invoice))

    def look_up(self, client: Client, change: Change) -> LookupResult:
        invoice: b2b.Invoice = client.invoices.get(change.target)
        now = values_of(invoice, change.store.zone)
        if agree(now, change.after):
            return LookupResult(LookupOutcome.DONE, invoice.invoice_id)
        return LookupResult(LookupOutcome.NOT_DONE if agree(now, change.before) else LookupOutcome.OVERTAKEN)

    def read_back(self, change: Change) -> None:
        refresh_invoices(change.store, [change.target])


@dataclass(kw_only=True)
class EditInvoice(Verb[Invoice]):
    """Changes what differs between `seen` and `wanted`, both as `values_of` has them (PUT /ip/invoices/{id}).

    Raises Conflict. Invalid names the form's fields.
    """

    name = Change.Verb.EDIT_INVOICE
    about = About.INVOICE
    handler = Editing()
    excludes = CHANGING

    invoice_id: int
    seen: Values
    wanted: Mapping[str, Any]

    def permission(self, row: Invoice | None = None) -> Permission:
        return Permission.EDIT_INVOICE

    def content(self) -> Content:
        return {"target_id": self.invoice_id, "payload": differences(self.seen, self.wanted)[1]}

    def row(self) -> Invoice:
        return Invoice.objects.visible_to(self.actor).get(api_id=self.invoice_id)

    def read(self, row: Invoice) -> Invoice:
        return read_afresh(self.actor, self.invoice_id)

    def check(self, row: Invoice) -> None:
        now = values_of(row, self.actor.store.zone)
        if not agree(now, self.seen):
            raise Conflict(str(CHANGED), seen=self.seen, now=now)
        check(row, differences(self.seen, self.wanted)[1])

    def draft(self, row: Invoice) -> Draft:
        before, after = differences(self.seen, self.wanted)
        if "open_balance" not in after:
            return Draft(company_id=row.company_id, before=before, after=after)
        # Writing a balance down moves money, and may need a second person.
        moved = Decimal(after["open_balance"]) - Decimal(before["open_balance"])
        return Draft(
            company_id=row.company_id,
            before=before,
            after=after,
            amount=abs(moved),
            currency=row.currency,
        )
