"""The form of a promise to pay: how much, by when, and of which invoices."""

import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money
from arportal.desk.collections.words import TextField
from arportal.desk.format.formats import formatter
from arportal.desk.forms.amount_fields import AmountField
from arportal.desk.forms.change_form import ChangeForm
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.widgets import Input
from arportal.mirror.models import Invoice

# Of a company that owes thousands, so many invoices are offered.
MOST = 100


class PromiseForm(ChangeForm):
    """A promise; without an invoice it is of all that the company owes in the currency."""

    pay_by = forms.DateField(label=_lazy("Will pay by"), widget=Input("date"))
    text = TextField(_lazy("What was said, and by whom"))
    invoice = forms.MultipleChoiceField(required=False)

    def __init__(self, data: FormData, currency: str, invoices: list[Invoice], picked: Iterable[str]) -> None:
        chosen = {str(invoice.api_id): invoice for invoice in invoices}
        initial = [key for key in picked if key in chosen]
        about = [chosen[key] for key in initial] or invoices
        owed = Money(sum((invoice.open_balance for invoice in about), Decimal(0)), currency)
        super().__init__(data, initial={"invoice": initial, "amount": formatter().figure(owed)})
        self.fields["amount"] = AmountField(
            currency, required=True, label=_lazy("Amount"), widget=Input(inputmode="decimal")
        )
        offered: Any = self.fields["invoice"]
        offered.choices = [(key, invoice.number) for key, invoice in chosen.items()]
        self.currency, self.invoices = currency, invoices

    def again(self, **_changed: str) -> None:
        """Keeps every invoice that was ticked."""
        data = QueryDict(mutable=True)
        for name in self.data:
            data.setlist(name, self.data.getlist(name))  # type: ignore[attr-defined]  # a form that was sent
        data["change_id"] = str(uuid.uuid4())
        self.data = data

    @property
    def money(self) -> Money:
        """The form must be valid."""
        return Money(self.cleaned_data["amount"], self.currency)

    @property
    def invoice_ids(self) -> list[int]:
        return [int(key) for key in self.cleaned_data["invoice"]]

    @property
    def rows(self) -> list[tuple[Invoice, bool]]:
        """The invoices that are offered, and True for those that are ticked."""
        ticked = set(self["invoice"].value() or ())
        return [(invoice, str(invoice.api_id) in ticked) for invoice in self.invoices]
