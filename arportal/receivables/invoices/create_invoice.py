"""Making an invoice from scratch."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from arportal.b2b import Client, Money, moment_of
from arportal.mirror.api.connections import client_for
from arportal.mirror.api.refresh import refresh_invoices
from arportal.mirror.models import Company, Invoice
from arportal.receivables.changes.draft import Content, Draft
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.execution import LookupResult
from arportal.receivables.changes.periods import closed_days
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import About, Verb
from arportal.receivables.invoices.invoice_drafts import InvoiceDraft
from arportal.receivables.models import Change
from arportal.stores.access import Permission


def due_on(issued_on: dt.date, terms_days: int | None) -> dt.date | None:
    """The due date by the company's terms; None when they are not known: the store then counts itself."""
    return None if terms_days is None else issued_on + dt.timedelta(days=terms_days)


def _with_number(client: Client, number: str) -> list[Any]:
    """The store's invoices of that number. The API searches by keyword; the exact ones are picked here."""
    invoices = client.invoices.list(q=number, search_by="invoiceNumber")
    return [invoice for invoice in invoices if invoice.number == number]


def _mark(change: Change) -> str:
    """The mark that tells our invoice from anybody else's: the external id given to it, or ours."""
    return change.payload["external_id"] or str(change.pk)


class _Creating:
    def send(self, client: Client, change: Change) -> int:
        draft = InvoiceDraft.of_payload(change.payload)
        # Where nobody waited, the store was not asked for the number before.
        if change.is_unattended and _with_number(client, draft.number):
            raise Conflict(_("There is already an invoice %s.") % draft.number)
        return client.invoices.create(
            company_id=draft.company_id,
            number=draft.number,
            original_balance=Money(draft.total, draft.currency),
            open_balance=Money(draft.open_balance, draft.currency),
            issued_at=moment_of(draft.issued_on),
            due_at=moment_of(draft.due_on) if draft.due_on else None,
            details=draft.details(),
            order_number=draft.order_number or None,
            purchase_order_number=draft.po_number or None,
            external_id=_mark(change),
            terms_conditions=draft.terms_conditions or None,
            extra_fields=draft.extra_fields or None,
            channel_id=draft.channel_id,
        )

    def look_up(self, client: Client, change: Change) -> LookupResult:
        invoices = _with_number(client, change.payload["number"])
        ours = next((invoice for invoice in invoices if invoice.external_id == _mark(change)), None)
        if ours is not None:
            return LookupResult(LookupOutcome.DONE, ours.invoice_id)
        return LookupResult(LookupOutcome.OVERTAKEN if invoices else LookupOutcome.NOT_DONE)

    def read_back(self, change: Change) -> None:
        if change.target_id:
            refresh_invoices(change.store, [change.target_id])


@dataclass(kw_only=True)
class CreateInvoice(Verb[Company]):
    """Creates an invoice from scratch (POST /ip/invoices). Invalid names the form's fields."""

    name = Change.Verb.CREATE_INVOICE
    about = About.INVOICE
    handler = _Creating()

    invoice: InvoiceDraft
    # Whether the store has the number already; the mirror may not know its newest invoices.
    is_taken: bool = field(default=False, init=False)

    def permission(self, row: Company | None = None) -> Permission:
        return Permission.EDIT_INVOICE

    def content(self) -> Content:
        return {"payload": self.invoice.as_payload()}

    def row(self) -> Company:
        return Company.objects.visible_to(self.actor).get(api_id=self.invoice.company_id)

    def company_of(self, row: Company) -> int:
        return row.api_id

    def read(self, row: Company) -> Company:
        if "number" not in self._problems():
            self.is_taken = bool(_with_number(client_for(self.actor.store), self.invoice.number))
        return row

    def check(self, row: Company) -> None:
        if problems := self._problems():
            raise Invalid(problems)

    def draft(self, row: Company) -> Draft:
        return Draft(company_id=row.api_id)

    def _problems(self) -> dict[str, list[str]]:
        """Reasons by form field, by the mirror and what was read."""
        invoice, problems = self.invoice, self.invoice.problems()
        others = Invoice.objects.filter(store=self.actor.store, gone_at=None)
        is_taken = self.is_taken or others.filter(number=invoice.number).exists()
        if is_taken and "number" not in problems:
            problems["number"] = [_("There is already an invoice %s.") % invoice.number]
        if invoice.order_number and others.filter(order_number=invoice.order_number).exists():
            problems["order_number"] = [_("This order already has an invoice.")]
        return problems | closed_days(self.actor.store, {"issued_on": invoice.issued_on})
