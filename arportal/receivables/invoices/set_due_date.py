"""Moving the day on which an invoice is due, as it was agreed with the company."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from arportal.mirror.models import Invoice
from arportal.receivables.changes.draft import Content, Draft
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.reasons import check_reason
from arportal.receivables.changes.verb import About, Verb
from arportal.receivables.invoices.edit_invoice import CHANGING, Editing, check, read_afresh
from arportal.receivables.invoices.invoice_values import Values, differences, values_of
from arportal.receivables.models import Change
from arportal.stores.access import Permission


@dataclass(kw_only=True)
class SetDueDate(Verb[Invoice]):
    """Sets the due date of an invoice on which something is open (PUT /ip/invoices/{id}). `seen` is the invoice as it
    was shown, as `values_of` has it.

    Raises Conflict when it is due on another day by now. Invalid names `due_on`, `reason`, or "".
    """

    name = Change.Verb.SET_DUE_DATE
    about = About.INVOICE
    handler = Editing()
    excludes = CHANGING

    invoice_id: int
    due_on: dt.date
    seen: Values
    reason: str

    def permission(self, row: Invoice | None = None) -> Permission:
        return Permission.EDIT_INVOICE

    def content(self) -> Content:
        payload = {"due_on": self.due_on.isoformat(), "reason": self.reason}
        return {"target_id": self.invoice_id, "payload": payload}

    def row(self) -> Invoice:
        return Invoice.objects.visible_to(self.actor).get(api_id=self.invoice_id)

    def read(self, row: Invoice) -> Invoice:
        return read_afresh(self.actor, self.invoice_id)

    def check(self, row: Invoice) -> None:
        check_reason(self.reason)
        now = values_of(row, self.actor.store.zone)
        # Of nothing else: what the company paid meanwhile does not speak against more time for the rest.
        if now["due_on"] != self.seen["due_on"]:
            words = _("The due date has changed since it was shown. Look at it, then save again.")
            raise Conflict(words, seen=self.seen, now=now)
        if not row.is_owed:
            raise Invalid({"": [_("Nothing is open on this invoice.")]})
        if row.issued_on is not None and self.due_on < row.issued_on:
            raise Invalid({"due_on": [_("This is before the invoice date.")]})
        check(row, differences(now, {"due_on": self.due_on.isoformat()})[1])

    def draft(self, row: Invoice) -> Draft:
        return Draft(
            company_id=row.company_id,
            before={"due_on": self.seen["due_on"]},
            after={"due_on": self.due_on.isoformat()},
        )
