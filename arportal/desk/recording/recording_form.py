"""The form of an offline payment: what was received, and one amount field for each open invoice."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money, ProcessingStatus
from arportal.desk.format.formats import formatter
from arportal.desk.format.number_formats import in_use
from arportal.desk.format.statuses import PAYMENT_WORDS
from arportal.desk.forms.amount_fields import AmountField
from arportal.desk.forms.amounts import parse_amount
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.recording.recording_sheet import Payable, Sheet
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.allocation.proposals import Mode
from arportal.receivables.models import PaymentRecord
from arportal.receivables.payments.record_payment import RECORDABLE, OfflinePayment

AMOUNT = re.compile(r"amount-([1-9][0-9]{0,17})")
CHOOSE = ("", _lazy("Choose…"))


@dataclass(frozen=True)
class Tally:
    """How far the amount received is allocated; None for what is not typed or cannot be read."""

    received: Money | None
    allocated: Money | None

    @property
    def rest(self) -> Money | None:
        """Below zero when more is allocated than was received."""
        if self.received is None or self.allocated is None:
            return None
        return self.received - self.allocated


class AllocationForm(Keepable, forms.Form):
    """What is asked for with the button Allocate; the amounts per invoice are its answer."""

    mode = forms.TypedChoiceField(
        label=_lazy("Allocate"), choices=Mode.choices, coerce=Mode, initial=Mode.OLDEST, widget=Select
    )
    credit_rest = forms.BooleanField(
        label=_lazy("Keep any excess as a credit on the newest invoice"),
        required=False,
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )

    def __init__(self, data: Mapping[str, str] | None, *, sheet: Sheet, initial: Any = None) -> None:
        super().__init__(data, initial=initial, use_required_attribute=False)
        self.sheet, self.currency = sheet, sheet.currency
        label = _("Amount received (%(currency)s)") % {"currency": self.currency}
        widget = Input("text", inputmode="decimal")
        self.fields["received"] = AmountField(self.currency, label=label, widget=widget)

    def clean(self) -> dict[str, Any]:
        """Nothing that was sent is replaced by what would fit."""
        cleaned = super().clean() or self.cleaned_data
        if not self.data.get("currency"):
            self.add_error(None, _("The form does not say which currency the payment is in. Open it again."))
        elif not self.sheet.is_payable:
            words = _("This company has no open invoice in %(currency)s. Choose another currency.")
            self.add_error(None, words % {"currency": str(self.data["currency"])[:3]})
        if cleaned.get("credit_rest") and not self.sheet.may_overpay:
            self.add_error(
                None, _("This store accepts no payment above what is open: nothing is kept as a credit.")
            )
        return cleaned


class OfflinePaymentForm(AllocationForm):
    received_on = forms.DateField(label=_lazy("Value date"), widget=Input("date"))
    method = forms.TypedChoiceField(
        label=_lazy("Method"),
        choices=[CHOOSE, *PaymentRecord.Method.choices],
        coerce=PaymentRecord.Method,
        widget=Select,
        error_messages={"required": _lazy("Choose the method.")},
    )
    reference = forms.CharField(label=_lazy("Reference"), max_length=100, required=False, widget=Input())
    payer_name = forms.CharField(
        label=_lazy("Payer"),
        max_length=200,
        widget=Input(),
        error_messages={"required": _lazy("Enter the payer.")},
    )
    status = forms.TypedChoiceField(
        label=_lazy("Status"),
        choices=[(int(status), PAYMENT_WORDS[status]) for status in RECORDABLE],
        coerce=lambda value: ProcessingStatus(int(value)),
        initial=int(ProcessingStatus.AWAITING_PROCESSING),
        widget=Select,
    )
    memo = forms.CharField(label=_lazy("Memo"), max_length=500, required=False, widget=Input())

    def __init__(self, data: Mapping[str, str] | None, *, sheet: Sheet, initial: Any = None) -> None:
        super().__init__(data, sheet=sheet, initial=initial)
        self.fields["mode"].required = False
        self.fields["reference"].help_text = _("Cheque number, transfer reference. The buyer sees it.")
        self.fields["memo"].help_text = _("The buyer sees it.")
        for payable in sheet.payables:
            self.fields[f"amount-{payable.invoice.api_id}"] = _amount_field(payable)

    def head(self) -> list[forms.BoundField]:
        names = ("received", "received_on", "method", "reference", "payer_name", "status", "memo")
        return [self[name] for name in names]

    def rows(self) -> Iterator[tuple[Payable, forms.BoundField]]:
        for payable in self.sheet.payables:
            yield payable, self[f"amount-{payable.invoice.api_id}"]

    @property
    def tally(self) -> Tally:
        """Of what is typed, right or wrong."""
        amounts = [_read(field.value(), self.currency) for _payable, field in self.rows()]
        known = [amount for amount in amounts if amount is not None]
        allocated = sum(known, Money.zero(self.currency)) if len(known) == len(amounts) else None
        typed = self["received"].value()
        return Tally(_read(typed, self.currency) if typed else None, allocated)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        allocations = tuple(self._allocations())
        allocated = Money(sum((each.amount for each in allocations), Decimal(0)), self.currency)
        received = cleaned.get("received")
        if received is not None and not self.errors and allocated.amount != received:
            self.add_error("received", _difference(Money(received, self.currency), allocated))
        return {**cleaned, "allocations": allocations}

    def payment(self) -> OfflinePayment:
        """What the valid form asks for, also for invoices that are no longer open: the verb then says so."""
        names = ("payer_name", "reference", "received_on", "memo", "status", "method", "allocations")
        given = {name: self.cleaned_data[name] for name in names}
        return OfflinePayment(company_id=self.sheet.company.api_id, currency=self.currency, **given)

    def refuse(self, reasons: Mapping[str, list[str]]) -> None:
        """Puts each reason beside its field; those without a field stand above the form."""
        for name, words in reasons.items():
            if name in self.fields:
                # Also on a form that was not sent as a whole, whose other fields are not to be judged yet.
                self.errors.setdefault(name, self.error_class()).extend(words)
            else:
                above = self.errors.setdefault("__all__", self.error_class())
                above.extend(self.sheet.named(name, reason) for reason in words)

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


def _difference(received: Money, allocated: Money) -> str:
    if allocated > received:
        words = _("The invoices get %(rest)s %(currency)s more than was received.")
    elif allocated:
        words = _(
            "%(rest)s %(currency)s is not allocated yet: allocate it to an invoice, or correct the amount."
        )
    else:
        words = _("None of it is allocated yet: press Allocate, or type what each invoice gets.")
    rest = max(received - allocated, allocated - received)
    return words % {"rest": formatter().figure(rest), "currency": rest.currency}


def _read(typed: Any, currency: str) -> Money | None:
    """Zero for an empty field, None for what is not an amount."""
    if not str(typed or "").strip():
        return Money.zero(currency)
    try:
        return Money(parse_amount(str(typed), currency, in_use().reading), currency)
    except ValidationError:
        return None


def _amount_field(payable: Payable) -> AmountField:
    words = _("Amount for invoice %(number)s") % {"number": payable.invoice.number}
    shown = {"data-left": formatter().figure(payable.left), "aria-label": words}
    widget = Input("text", inputmode="decimal", **shown)
    widget.attrs["class"] += " amount"
    return AmountField(payable.invoice.currency, label=words, widget=widget)
