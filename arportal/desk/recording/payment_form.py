"""The form of an offline payment: what was received, and one amount field for each open invoice."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
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
from arportal.desk.forms.book_day import BookDay
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.ticks import Tick
from arportal.desk.forms.widgets import Input, Select
from arportal.mirror.models import Company, Invoice
from arportal.receivables.allocation.allocations import Allocation, open_amounts, open_invoices
from arportal.receivables.allocation.proposals import Mode
from arportal.receivables.models import PaymentRecord
from arportal.receivables.payments.record_payment import RECORDABLE, OfflinePayment
from arportal.receivables.tables.amounts import parse_amount
from arportal.stores.models import Membership

AMOUNT = re.compile(r"amount-([1-9][0-9]{0,17})")
CURRENCY = re.compile(r"[A-Z]{3}")
# A longer form cannot be worked with; beyond it the oldest are shown, and those picked elsewhere.
MOST = 500


@dataclass(frozen=True, slots=True)
class Payable:
    """An open invoice and how much of it can still be paid."""

    invoice: Invoice
    left: Money

    @property
    def on_the_way(self) -> Money:
        return self.invoice.open_money - self.left


class OpenInvoices:
    """The company's open invoices in the currency asked for, or else in that of the oldest of them.

    Nothing need be open in the currency asked for: then it is not `is_payable`.
    """

    def __init__(
        self, actor: Membership, company: Company, currency: str = "", picked: Collection[int] = ()
    ) -> None:
        self.actor = actor
        self.company = company
        self.may_overpay = actor.store.allow_overpayment
        invoices = open_invoices(actor, company.api_id)
        self.currencies = list(dict.fromkeys(invoice.currency for invoice in invoices))
        first = next(iter(self.currencies), actor.store.currency)
        self.currency = currency if CURRENCY.fullmatch(currency) else first
        self.is_payable = not currency or currency in self.currencies
        in_currency = [invoice for invoice in invoices if invoice.currency == self.currency]
        shown = {invoice.api_id for invoice in in_currency[:MOST]} | set(picked)
        self._shown = [invoice for invoice in in_currency if invoice.api_id in shown]
        self.left_out = len(in_currency) - len(self._shown)

    @cached_property
    def payables(self) -> list[Payable]:
        """Oldest first."""
        left = open_amounts(self.actor, self._shown)
        return [Payable(invoice, Money(left[invoice.api_id], self.currency)) for invoice in self._shown]

    @property
    def total(self) -> Money:
        return sum((payable.left for payable in self.payables), Money.zero(self.currency))


@dataclass(frozen=True)
class Tally:
    """The amount received and how much of it is allocated; None for what is not typed or cannot be read."""

    received: Money | None
    allocated: Money | None

    @property
    def rest(self) -> Money | None:
        """The amount not allocated yet; below zero when more is allocated than was received."""
        if self.received is None or self.allocated is None:
            return None
        return self.received - self.allocated


class AllocationForm(Keepable, forms.Form):
    """The question that the button Allocate asks; the amounts per invoice are its answer."""

    mode = forms.TypedChoiceField(
        label=_lazy("Allocate"), choices=Mode.choices, coerce=Mode, initial=Mode.OLDEST, widget=Select
    )
    credit_rest = Tick(_lazy("Keep any excess as a credit on the newest invoice"))

    def __init__(self, data: Mapping[str, str] | None, invoices: OpenInvoices, initial: Any = None) -> None:
        super().__init__(data, initial=initial, use_required_attribute=False)
        self.invoices = invoices
        self.currency = invoices.currency
        label = _("Amount received (%(currency)s)") % {"currency": self.currency}
        widget = Input("text", inputmode="decimal")
        self.fields["received"] = AmountField(self.currency, label=label, widget=widget)

    def clean(self) -> dict[str, Any]:
        """Nothing that was sent is replaced by what would fit."""
        cleaned = super().clean() or self.cleaned_data
        if not self.data.get("currency"):
            self.add_error(None, _("The form does not say which currency the payment is in. Open it again."))
        elif not self.invoices.is_payable:
            words = _("This company has no open invoice in %(currency)s. Choose another currency.")
            self.add_error(None, words % {"currency": str(self.data["currency"])[:3]})
        if cleaned.get("credit_rest") and not self.invoices.may_overpay:
            self.add_error(
                None, _("This store accepts no payment above what is open: nothing is kept as a credit.")
            )
        return cleaned


class OfflinePaymentForm(AllocationForm):
    received_on = BookDay(_lazy("Value date"))
    method = forms.TypedChoiceField(
        label=_lazy("Method"),
        choices=[("", _lazy("Choose…")), *PaymentRecord.Method.choices],
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
    # The money on account that it is taken from.
    on_account = forms.IntegerField(required=False, widget=Input("hidden"))
    # The line of a bank statement that it is.
    bank_line = forms.IntegerField(required=False, widget=Input("hidden"))

    def __init__(self, data: Mapping[str, str] | None, invoices: OpenInvoices, initial: Any = None) -> None:
        super().__init__(data, invoices, initial)
        self.fields["mode"].required = False
        self.fields["reference"].help_text = _("Cheque number, transfer reference. The buyer sees it.")
        self.fields["memo"].help_text = _("The buyer sees it.")
        for payable in invoices.payables:
            words = _("Amount for invoice %(number)s") % {"number": payable.invoice.number}
            left = formatter().figure(payable.left)
            widget = Input("text", inputmode="decimal")
            widget.attrs["class"] += " amount"
            widget.attrs |= {"data-left": left, "aria-label": words}
            field = AmountField(self.currency, label=words, widget=widget)
            self.fields[f"amount-{payable.invoice.api_id}"] = field

    def head(self) -> list[forms.BoundField]:
        names = ("received", "received_on", "method", "reference", "payer_name", "status", "memo")
        return [self[name] for name in names]

    def rows(self) -> Iterator[tuple[Payable, forms.BoundField]]:
        for payable in self.invoices.payables:
            yield payable, self[f"amount-{payable.invoice.api_id}"]

    @property
    def tally(self) -> Tally:
        """The tally of what is typed, right or wrong."""
        amounts = [self._read(field.value()) for _payable, field in self.rows()]
        known = [amount for amount in amounts if amount is not None]
        allocated = sum(known, Money.zero(self.currency)) if len(known) == len(amounts) else None
        typed = self["received"].value()
        return Tally(self._read(typed) if typed else None, allocated)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        allocations = tuple(self._allocations())
        received = cleaned.get("received")
        allocated = sum((each.amount for each in allocations), Decimal(0))
        if received is not None and not self.errors and allocated != received:
            if allocated > received:
                words = _("The invoices get %(rest)s %(currency)s more than was received.")
            elif allocated:
                words = _(
                    "%(rest)s %(currency)s is not allocated yet: allocate it to an invoice, or correct the amount."
                )
            else:
                words = _("None of it is allocated yet: press Allocate, or type what each invoice gets.")
            rest = formatter().figure(Money(abs(received - allocated), self.currency))
            self.add_error("received", words % {"rest": rest, "currency": self.currency})
        return {**cleaned, "allocations": allocations}

    def payment(self) -> OfflinePayment:
        """The payment that the valid form asks for, also on invoices no longer open: the verb then says so."""
        names = (
            "payer_name",
            "reference",
            "received_on",
            "memo",
            "status",
            "method",
            "on_account",
            "bank_line",
            "allocations",
        )
        given = {name: self.cleaned_data[name] for name in names}
        return OfflinePayment(company_id=self.invoices.company.api_id, currency=self.currency, **given)

    def refuse(self, reasons: Mapping[str, list[str]]) -> None:
        """Puts each reason beside its field; those without a field stand above the form."""
        for name, words in reasons.items():
            if name in self.fields:
                # Also on a form that was not sent as a whole, whose other fields are not to be judged yet.
                self.errors.setdefault(name, self.error_class()).extend(words)
                continue
            above = self.errors.setdefault("__all__", self.error_class())
            match = AMOUNT.fullmatch(name)
            if match is None:
                above.extend(words)
                continue
            # An invoice that has left the form; of another company's not even the number is told.
            visible = Invoice.objects.visible_to(self.invoices.actor)
            of_company = visible.filter(company_id=self.invoices.company.api_id, api_id=int(match[1]))
            number = of_company.values_list("number", flat=True).first() or match[1]
            template = _("Invoice %(number)s: %(reason)s")
            above.extend(template % {"number": number, "reason": reason} for reason in words)

    def _allocations(self) -> Iterator[Allocation]:
        for name in self.data:
            match = AMOUNT.fullmatch(name)
            if match:
                amount = self.cleaned_data.get(name)
                if name not in self.fields:
                    # Its invoice has left the form since that was made.
                    amount = AmountField(self.currency).clean(self.data[name])
                if amount:
                    yield Allocation(int(match[1]), amount)

    def _read(self, typed: Any) -> Money | None:
        """Zero for an empty field, None for what is not an amount."""
        if not str(typed or "").strip():
            return Money.zero(self.currency)
        try:
            return Money(parse_amount(str(typed), self.currency, in_use().reading), self.currency)
        except ValidationError:
            return None
