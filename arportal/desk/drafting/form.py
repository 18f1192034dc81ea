"""The form of a new invoice: its head, its lines, its costs."""

import uuid
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms import extra_field_forms
from arportal.desk.forms.address_forms import address_fields, parts_in
from arportal.desk.forms.amount_fields import FigureField
from arportal.desk.forms.book_day import BookDay
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.refusable import Refusable
from arportal.desk.forms.widgets import Input, Select
from arportal.mirror.ids import id_in
from arportal.mirror.models import Channel, ExtraField
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.invoices.invoice_drafts import DraftCost, DraftLine, InvoiceDraft

MOST_ROWS = 200
FINEST = 4  # Decimals the API keeps of a price or a quantity.
ZERO = Decimal(0)
STALE = _lazy("This form is out of date. Check whether the invoice is there, then send it again.")


class InCurrency(forms.Form):
    """A form whose prices and amounts are of a currency that is said elsewhere."""

    money: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, currency: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        for name in self.money:
            self.fields[name].currency = currency  # type: ignore[attr-defined]  # a FigureField


class LineForm(InCurrency):
    money = ("unit_price", "unit_discount")
    description = forms.CharField(label=_lazy("Description"), max_length=500, widget=Input())
    sku = forms.CharField(label=_lazy("SKU"), max_length=200, required=False, widget=Input())
    quantity = FigureField(
        label=_lazy("Quantity"),
        decimals=FINEST,
        smallest=Decimal("0.0001"),
        widget=Input("text", inputmode="decimal"),
    )
    unit_price = FigureField(
        label=_lazy("Unit price"), decimals=FINEST, smallest=ZERO, widget=Input("text", inputmode="decimal")
    )
    unit_discount = FigureField(
        label=_lazy("Discount per unit"),
        decimals=FINEST,
        smallest=ZERO,
        required=False,
        widget=Input("text", inputmode="decimal"),
    )

    def line(self) -> DraftLine:
        cleaned = self.cleaned_data
        return DraftLine(
            description=cleaned["description"],
            sku=cleaned["sku"],
            quantity=cleaned["quantity"],
            unit_price=cleaned["unit_price"],
            unit_discount=cleaned["unit_discount"] or ZERO,
        )


class CostForm(InCurrency):
    money = ("amount",)
    description = forms.CharField(label=_lazy("Cost"), max_length=200, widget=Input(list="cost_names"))
    amount = FigureField(label=_lazy("Amount"), decimals=FINEST, widget=Input("text", inputmode="decimal"))

    def cost(self) -> DraftCost:
        return DraftCost(**self.cleaned_data)


class RowSet(forms.BaseFormSet):  # type: ignore[type-arg]  # generic in the stubs alone
    """Rows that may be left empty, those that came filled as well: an empty row counts for nothing."""

    at_least = 0

    def initial_form_count(self) -> int:
        return 0

    def total_form_count(self) -> int:
        return super().total_form_count() if self.is_bound else max(len(self.initial or []), self.at_least)


class _AtLeastOne(RowSet):
    at_least = 1


LineSet = forms.formset_factory(LineForm, _AtLeastOne, absolute_max=MOST_ROWS, max_num=MOST_ROWS)
CostSet = forms.formset_factory(CostForm, RowSet, absolute_max=MOST_ROWS, max_num=MOST_ROWS)


class HeadForm(Keepable, Refusable):
    change_id = forms.UUIDField(
        widget=Input("hidden"), initial=uuid.uuid4, error_messages={"invalid": STALE, "required": STALE}
    )
    number = forms.CharField(label=_lazy("Invoice number"), max_length=100, widget=Input())
    currency = forms.ChoiceField(label=_lazy("Currency"), widget=Select)
    issued_on = BookDay(_lazy("Invoice date"))
    due_on = forms.DateField(label=_lazy("Due date"), required=False, widget=Input("date"))
    po_number = forms.CharField(label=_lazy("PO number"), max_length=200, required=False, widget=Input())
    paid = FigureField(
        label=_lazy("Already paid"),
        decimals=FINEST,
        required=False,
        widget=Input("text", inputmode="decimal"),
        help_text=_lazy("Paid before the invoice was created here. No payment is recorded for it."),
    )
    external_id = forms.CharField(
        label=_lazy("External ID"),
        max_length=200,
        required=False,
        widget=Input(),
        help_text=_lazy("Its ID in another system, such as your ERP."),
    )
    channel_id = forms.TypedChoiceField(
        label=_lazy("Channel"), coerce=int, empty_value=None, required=False, widget=Select
    )
    terms_conditions = forms.CharField(
        label=_lazy("Terms and conditions"),
        max_length=5000,
        required=False,
        widget=forms.Textarea({"class": "form-control", "rows": 3}),
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        currencies: list[str],
        channels: list[Channel],
        extra: list[ExtraField],
        initial: Mapping[str, Any],
    ) -> None:
        super().__init__(data, initial=dict(initial), use_required_attribute=False)
        currency_field: Any = self.fields["currency"]
        currency_field.choices = [(code, code) for code in currencies]
        channel_field: Any = self.fields["channel_id"]
        channel_field.choices = [
            ("", _lazy("the store's only one")),
            *((channel.api_id, str(channel)) for channel in channels),
        ]
        self.has_channels = bool(channels)
        given = self["currency"].value()
        self.chosen_currency = given if given in currencies else ""
        self.fields["paid"].currency = self.chosen_currency  # type: ignore[attr-defined]  # a FigureField
        self.fields.update(address_fields("billing"))
        self.fields.update(address_fields("shipping"))
        self.fields.update(extra_field_forms.form_fields(extra))

    def part(self, prefix: str) -> Iterator[forms.BoundField]:
        return (self[name] for name in self.fields if name.startswith(f"{prefix}-"))

    def head(self) -> Iterator[forms.BoundField]:
        hidden = {"change_id"} if self.has_channels else {"change_id", "channel_id"}
        return (self[name] for name in self.fields if "-" not in name and name not in hidden)

    def extra(self) -> Iterator[forms.BoundField]:
        return self.part(extra_field_forms.PREFIX.rstrip("-"))


class DraftForm:
    """The head with its lines and costs, as one: `add=lines` or `add=costs` asks for one more row of them."""

    def __init__(
        self,
        data: QueryDict | None,
        *,
        lines: list[dict[str, str]],
        costs: list[dict[str, str]],
        **head: Any,
    ) -> None:
        which = data.get("add") if data is not None else None
        if data is not None and which in ("lines", "costs"):
            # Rows left empty are dropped by nobody, and count for nothing.
            data = data.copy()
            count = id_in(data.get(f"{which}-TOTAL_FORMS", "")) or 0
            data[f"{which}-TOTAL_FORMS"] = str(min(count + 1, MOST_ROWS))
        self.head = HeadForm(data, **head)
        in_currency = {"currency": self.head.chosen_currency}
        self.lines = LineSet(data, prefix="lines", initial=lines, form_kwargs=in_currency)
        self.costs = CostSet(data, prefix="costs", initial=costs, form_kwargs=in_currency)

    def is_valid(self) -> bool:
        return all([self.head.is_valid(), self.lines.is_valid(), self.costs.is_valid()])

    @property
    def is_broken(self) -> bool:
        return bool(self.head.errors or any(self.lines.errors) or any(self.costs.errors))

    @property
    def billing(self) -> Iterator[forms.BoundField]:
        return self.head.part("billing")

    @property
    def shipping(self) -> Iterator[forms.BoundField]:
        return self.head.part("shipping")

    def draft(self, company_id: int) -> InvoiceDraft:
        cleaned = self.head.cleaned_data
        names = ("number", "currency", "issued_on", "due_on", "po_number", "external_id", "terms_conditions")
        return InvoiceDraft(
            company_id=company_id,
            **{name: cleaned[name] for name in names},
            lines=tuple(form.line() for form in self.lines if form.has_changed()),
            costs=tuple(form.cost() for form in self.costs if form.has_changed()),
            paid=cleaned["paid"] or ZERO,
            billing=parts_in(cleaned, "billing"),
            shipping=parts_in(cleaned, "shipping"),
            extra_fields=extra_field_forms.given(cleaned),
            channel_id=cleaned["channel_id"],
        )

    def refused(self, broken: Invalid) -> None:
        self.refuse(broken.fields)

    def refuse(self, reasons: Mapping[str, list[str]]) -> None:
        """Puts each reason beside its field. Sent again, it is to be a new invoice."""
        self.head.refuse(reasons)
        data: Any = self.head.data
        self.head.data = {**data.dict(), "change_id": str(uuid.uuid4())}
