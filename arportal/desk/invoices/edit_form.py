"""The form that corrects an invoice."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import plain
from arportal.desk.format.formats import formatter
from arportal.desk.format.statuses import INVOICE_STATUS_WORDS
from arportal.desk.forms import extra_field_forms
from arportal.desk.forms.address_forms import address_fields, as_sent, from_sent, parts_in
from arportal.desk.forms.amount_fields import BalanceField
from arportal.desk.forms.book_day import BookDay
from arportal.desk.forms.change_form import ChangeForm, SeenField
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.ticks import Tick
from arportal.desk.forms.widgets import Input, Select
from arportal.mirror.figures import MINUS
from arportal.mirror.models import ExtraField, Invoice
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.snapshot import Snapshot
from arportal.receivables.invoices.edit_invoice import EditInvoice
from arportal.receivables.invoices.invoice_values import Values, values_of
from arportal.stores.models import Membership


class InvoiceForm(ChangeForm):
    """The base of the forms that edit and delete, with the invoice as it was shown."""

    seen = SeenField("invoice")

    def __init__(self, data: FormData, invoice: Invoice, values: Values, initial: Mapping[str, Any]) -> None:
        self.invoice = invoice
        super().__init__(data, of=invoice.api_id, initial={"seen": self.sealed(values), **initial})

    def sealed(self, values: Values) -> str:
        return Snapshot("invoice", self.invoice.api_id, values).seal()

    def refused(self, broken: Invalid) -> None:
        super().refused(broken)
        self.refresh()
        if isinstance(broken, Conflict):
            self.again(seen=self.sealed(values_of(self.invoice, self.invoice.store.zone)))

    def refresh(self) -> None:
        """What was sent may have read the invoice afresh: the page shows it as it is now."""
        self.invoice.refresh_from_db()


class EditForm(InvoiceForm):
    number = forms.CharField(label=_lazy("Invoice number"), max_length=100, widget=Input())
    po_number = forms.CharField(label=_lazy("PO number"), max_length=200, required=False, widget=Input())
    due_on = BookDay(_lazy("Due date"), required=False)
    status = forms.TypedChoiceField(
        label=_lazy("Status"),
        choices=[(int(each), words) for each, words in INVOICE_STATUS_WORDS.items()],
        coerce=int,
        widget=Select,
        help_text=_lazy("As the store keeps it; overdue is counted from the due date."),
    )
    external_id = forms.CharField(label=_lazy("External ID"), max_length=200, required=False, widget=Input())
    pdf_url = forms.URLField(
        label=_lazy("Address (URL) of its own PDF"),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=Input("url"),
        help_text=_lazy("Shown to the company instead of the store's. Leave it empty to remove it."),
    )
    accepted = Tick(_lazy("Save it anyway"))

    def __init__(self, data: FormData, invoice: Invoice, values: Values, extra: list[ExtraField]) -> None:
        self.configured = extra
        super().__init__(data, invoice, values, self.initial_of(values))
        for name, label in {"original_balance": _("Original"), "open_balance": _("Open balance")}.items():
            widget = Input(inputmode="decimal")
            self.fields[name] = BalanceField(
                Decimal(values[name]), invoice.currency, label=label, widget=widget
            )
        self.fields["open_balance"].help_text = _(
            "No payment is recorded for a balance changed here: use it to write off or correct."
        )
        self.fields.update(address_fields("billing"))
        self.fields.update(extra_field_forms.form_fields(extra))

    def initial_of(self, values: Values) -> dict[str, Any]:
        """Form field → what stands in it at first."""
        names = ("number", "po_number", "due_on", "status", "external_id", "pdf_url")
        initial = {name: values[name] for name in names}
        initial |= {f"billing-{part}": text for part, text in from_sent(values["billing"]).items()}
        initial |= extra_field_forms.initial_of(self.configured, values["extra_fields"])
        for name in ("original_balance", "open_balance"):
            initial[name] = formatter().number(Decimal(values[name])).replace(MINUS, "-")
        return initial

    def refused(self, broken: Invalid) -> None:
        super().refused(broken)
        if isinstance(broken, Conflict):
            self.take_over(self.initial_of(self.cleaned_data["seen"]), self.initial_of(broken.now))

    def head(self) -> Iterator[forms.BoundField]:
        shown = ("number", "po_number", "due_on", "status", "original_balance", "open_balance")
        return (self[name] for name in (*shown, "external_id", "pdf_url"))

    def billing(self) -> Iterator[forms.BoundField]:
        return (self[name] for name in self.fields if name.startswith("billing-"))

    def extra(self) -> Iterator[forms.BoundField]:
        return (self[name] for name in self.fields if name.startswith(extra_field_forms.PREFIX))

    def verb(self, actor: Membership) -> EditInvoice:
        return EditInvoice(
            actor=actor,
            change_id=self.cleaned_data["change_id"],
            invoice_id=self.invoice.api_id,
            seen=self.cleaned_data["seen"],
            wanted=self.wanted(),
        )

    def wanted(self) -> Values:
        """The invoice as the person wants it, in the form of `values_of`.

        Extra fields and address are in it only where they differ: the API may have more of them than the form.
        """
        cleaned = self.cleaned_data
        wanted = {name: cleaned[name] for name in ("number", "po_number", "status", "external_id", "pdf_url")}
        wanted["due_on"] = cleaned["due_on"].isoformat() if cleaned["due_on"] else None
        wanted["open_balance"] = plain(cleaned["open_balance"])
        wanted["original_balance"] = plain(cleaned["original_balance"])
        parts = {
            "extra_fields": extra_field_forms.given(cleaned),
            "billing": as_sent(parts_in(cleaned, "billing")),
        }
        for name, entered in parts.items():
            seen = cleaned["seen"][name]
            if any(seen.get(key, "") != text for key, text in entered.items()):
                wanted[name] = {**seen, **entered}
        return wanted
