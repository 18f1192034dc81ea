"""The form of an offline payment: one amount field for each open invoice in the payment's currency."""

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money, ProcessingStatus
from arportal.desk.amounts import AmountField
from arportal.desk.formats import writer
from arportal.desk.statuses import PAYMENT_WORDS
from arportal.desk.widgets import Input, Select
from arportal.mirror.models import Invoice
from arportal.receivables.allocations import Allocation
from arportal.receivables.recording import RECORDABLE, OfflinePayment

STALE = _lazy("This form is out of date. Look whether the payment is there, then send it again.")
AMOUNT = re.compile(r"amount-([1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True)
class Payable:
    """An open invoice and how much of it can still be paid."""

    invoice: Invoice
    left: Money

    @property
    def on_the_way(self) -> Money:
        return self.invoice.open_money - self.left


class OfflinePaymentForm(forms.Form):
    change_id = forms.UUIDField(
        widget=Input("hidden"), initial=uuid.uuid4, error_messages={"invalid": STALE, "required": STALE}
    )
    payer_name = forms.CharField(label=_lazy("Payer"), max_length=200, required=False, widget=Input())
    reference = forms.CharField(
        label=_lazy("Reference"),
        max_length=100,
        required=False,
        help_text=_lazy("Cheque number, transfer reference"),
        widget=Input(),
    )
    received_on = forms.DateField(label=_lazy("Date received"), widget=Input("date"))
    status = forms.TypedChoiceField(
        label=_lazy("Status"),
        choices=[(int(status), PAYMENT_WORDS[status]) for status in RECORDABLE],
        coerce=lambda value: ProcessingStatus(int(value)),
        initial=int(ProcessingStatus.AWAITING_PROCESSING),
        widget=Select,
    )
    memo = forms.CharField(label=_lazy("Memo"), max_length=500, required=False, widget=Input())

    def __init__(
        self,
        data: dict[str, str] | None,
        *,
        currency: str,
        payables: list[Payable],
        currencies: list[str],
        initial: dict[str, Any],
    ) -> None:
        super().__init__(data, initial=initial, use_required_attribute=False)
        self.currency, self.payables, self.currencies = currency, payables, currencies
        for payable in payables:
            self.fields[f"amount-{payable.invoice.api_id}"] = _amount_field(payable)

    def head(self) -> list[forms.BoundField]:
        return [self[name] for name in ("payer_name", "received_on", "reference", "status", "memo")]

    def top_reasons(self) -> list[str]:
        """What stands above the form because it has no visible field."""
        return [*self.non_field_errors(), *self.errors.get("change_id", [])]

    def rows(self) -> Iterator[tuple[Payable, forms.BoundField]]:
        for payable in self.payables:
            yield payable, self[f"amount-{payable.invoice.api_id}"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        return {**cleaned, "allocations": tuple(self._allocations())}

    def payment(self, company_id: int) -> OfflinePayment:
        """What the valid form asks for, also for invoices that are no longer open: the verb then says so."""
        names = ("payer_name", "reference", "received_on", "memo", "status", "allocations")
        given = {name: self.cleaned_data[name] for name in names}
        return OfflinePayment(company_id=company_id, currency=self.currency, **given)

    def renew(self) -> None:
        """A new change id: sent again, it is to be a new change."""
        self.data = {**self.data, "change_id": str(uuid.uuid4())}

    def refuse(self, reasons: Mapping[str, list[str]]) -> None:
        """Puts each reason beside its field; those without a field stand above the form."""
        for name, words in reasons.items():
            self.add_error(name if name in self.fields else None, words)

    def _allocations(self) -> Iterator[Allocation]:
        for name in self.data:
            asked = AMOUNT.fullmatch(name)
            if asked:
                amount = self.cleaned_data.get(name) or self._stray(name)
                if amount:
                    yield Allocation(int(asked[1]), amount)

    def _stray(self, name: str) -> Decimal | None:
        """An amount for an invoice that has left the form since it was made."""
        return None if name in self.fields else AmountField(self.currency).clean(self.data[name])


def first_values(invoices: list[Payable], picked: set[str], payer: str, today: Any) -> dict[str, Any]:
    """The invoices picked in a list are to be paid in full."""
    amounts = {
        f"amount-{payable.invoice.api_id}": writer().figure(payable.left)
        for payable in invoices
        if str(payable.invoice.api_id) in picked and payable.left.amount > 0
    }
    return {"payer_name": payer, "received_on": today, **amounts}


def _amount_field(payable: Payable) -> AmountField:
    words = _("Amount for invoice %(number)s") % {"number": payable.invoice.number}
    widget = Input(
        "text",
        inputmode="decimal",
        **{"data-left": writer().figure(payable.left), "aria-label": words},
    )
    widget.attrs["class"] += " amount"
    return AmountField(payable.invoice.currency, label=words, widget=widget)
