"""The form of an offline payment that is edited: one amount for each invoice it goes to, or could go to."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money
from arportal.desk.format.formats import formatter
from arportal.desk.forms.amount_fields import AmountField
from arportal.desk.forms.book_day import BookDay
from arportal.desk.forms.ticks import Tick
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.payments.forms import PaymentForm, sealed
from arportal.mirror.models import Payment
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.allocation.lines import sums
from arportal.receivables.models import PaymentRecord
from arportal.receivables.payments.allocation_limits import AllocationLimit
from arportal.receivables.payments.edits import Edit
from arportal.receivables.payments.payment_contents import shown

AMOUNT = re.compile(r"amount-([1-9][0-9]{0,17})")


class KeptAmountField(AmountField):
    """The amount of one invoice. What is there may stay, even with more decimals than its currency has."""

    def __init__(self, limit: AllocationLimit) -> None:
        number = limit.invoice.number if limit.invoice else f"#{limit.invoice_id}"
        label = _("Amount for invoice %(number)s") % {"number": number}
        widget = Input("text", inputmode="decimal")
        widget.attrs["data-left"] = formatter().figure(limit.has if limit.left is None else limit.left)
        widget.attrs["aria-label"] = label
        widget.attrs["class"] += " amount"
        super().__init__(limit.has.currency, label=label, widget=widget)
        self.has = limit.has

    def clean(self, value: Any) -> Any:
        is_kept = self.has and str(value or "").strip() == formatter().figure(self.has)
        return self.has.amount if is_kept else super().clean(value)


class EditForm(PaymentForm):
    payer_name = forms.CharField(
        label=_lazy("Payer"),
        max_length=200,
        widget=Input(),
        error_messages={"required": _lazy("Enter the payer.")},
    )
    received_on = BookDay(_lazy("Value date"), required=False)
    method = forms.ChoiceField(label=_lazy("Method"), choices=PaymentRecord.Method.choices, widget=Select)
    reference = forms.CharField(label=_lazy("Reference"), max_length=100, required=False, widget=Input())
    memo = forms.CharField(
        label=_lazy("Memo"),
        max_length=1000,
        required=False,
        help_text=_lazy("The buyer and the receipt show it."),
        widget=forms.Textarea({"class": "form-control", "rows": 2}),
    )
    overpayment = Tick(_lazy("Pay more than is open; the rest becomes a credit on the invoice"))
    ticks = ("overpayment",)

    def __init__(
        self,
        data: dict[str, str] | None,
        payment: Payment,
        limits: Mapping[int, AllocationLimit],
        record: PaymentRecord | None = None,
        *,
        most: int,
    ) -> None:
        super().__init__(data, payment.api_id, initial=_initial(payment, limits, record))
        others = [limit.invoice_id for limit in limits.values() if not limit.has]
        self.left_out = others[most:]
        self.limits = {each: limit for each, limit in limits.items() if each not in set(self.left_out)}
        self.currency, limits = payment.currency, self.limits
        for limit in limits.values():
            self.fields[f"amount-{limit.invoice_id}"] = KeptAmountField(limit)

    def clean_memo(self) -> str:
        """A browser sends line ends of its own."""
        return str(self.cleaned_data["memo"]).replace("\r\n", "\n")

    def head(self) -> list[forms.BoundField]:
        return [self[name] for name in ("payer_name", "received_on", "method", "reference", "memo")]

    def rows(self) -> Iterator[tuple[AllocationLimit, forms.BoundField]]:
        for limit in self.limits.values():
            yield limit, self[f"amount-{limit.invoice_id}"]

    def sent(self) -> list[tuple[str, str]]:
        """All that was sent, to be sent once more by the page that asks; a tick is to be given there."""
        names = {*self.fields, *(name for name in self.data if AMOUNT.fullmatch(name))} - {*self.ticks}
        return [(name, str(self.data[name])) for name in sorted(names) if self.data.get(name)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        allocations = []
        for name in self.data:
            match = AMOUNT.fullmatch(name)
            if match is None:
                continue
            amount = self.cleaned_data.get(name)
            if name not in self.fields:
                # Of an invoice that has left the form since it was made.
                amount = AmountField(self.currency).clean(self.data[name])
            if amount:
                allocations.append(Allocation(int(match[1]), amount))
        return {**cleaned, "allocations": tuple(allocations)}

    def fill_again(self, payload: Mapping[str, Any]) -> None:
        """Fills in what an earlier edit asked for."""
        for name in ("payer_name", "memo", "reference", "method", "received_on"):
            if name in payload:
                self.initial[name] = payload[name]
        wanted = sums(payload["lines"])
        for invoice_id in self.limits:
            amount = Money(wanted.get(invoice_id, Decimal(0)), self.currency)
            self.initial[f"amount-{invoice_id}"] = formatter().figure(amount) if amount else ""

    def edit(self) -> Edit:
        """The edit that the valid form asks for, also of invoices no longer open: the verb then says so."""
        names = ("seen", "payer_name", "memo", "allocations", "reference", "received_on", "method")
        return Edit(**{name: self.cleaned_data[name] for name in names})


def _initial(
    payment: Payment, limits: Mapping[int, AllocationLimit], record: PaymentRecord | None
) -> dict[str, Any]:
    now = shown(payment)
    initial = {
        "seen": sealed(payment.api_id, now),
        "payer_name": now["payer_name"],
        "memo": now["memo"],
        "method": PaymentRecord.Method.OTHER,
    }
    if record is not None:
        # The API has no field for these three: they are in our own record of the payment only.
        initial["reference"] = record.reference
        initial["method"] = record.method
        initial["received_on"] = record.received_on
    for limit in limits.values():
        if limit.has:
            initial[f"amount-{limit.invoice_id}"] = formatter().figure(limit.has)
    return initial
