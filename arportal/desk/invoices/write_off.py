"""Writing off what is open on an invoice: what would be left is shown first."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.b2b import Money, plain
from arportal.desk.format.formats import formatter
from arportal.desk.forms.amount_fields import AmountField
from arportal.desk.forms.change_form import ReasonField
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.widgets import Input
from arportal.desk.invoices.edit import fresh_invoice
from arportal.desk.invoices.edit_form import InvoiceForm
from arportal.desk.payments.balances import balances
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import confirm
from arportal.mirror.models import Invoice
from arportal.mirror.models.balances import balance_of
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.verb import Verb
from arportal.receivables.invoices.balance_moves import preview
from arportal.receivables.invoices.invoice_values import Values, values_of
from arportal.receivables.invoices.write_off import WriteOff, needs_second_person
from arportal.stores.access import Permission
from arportal.stores.models import Membership


class MoveForm(InvoiceForm):
    """An amount of an invoice that was shown, and the reason. What it would leave is shown before it is sent: an
    amount that is not the one `previewed` is shown first."""

    previewed = forms.CharField(widget=Input("hidden"), required=False)
    reason = ReasonField()

    def __init__(self, data: FormData, invoice: Invoice, values: Values) -> None:
        self.invoice = invoice
        initial = {"amount": self.written(self.most), "previewed": plain(self.most)}
        super().__init__(data, invoice, values, initial)
        label = _("Amount in %(currency)s") % {"currency": invoice.currency}
        self.fields["amount"] = AmountField(
            invoice.currency, required=True, label=label, widget=Input("text", inputmode="decimal")
        )
        self.order_fields(["amount", "reason"])

    @property
    def most(self) -> Decimal:
        return max(self.invoice.balance_money.amount, Decimal(0))

    def most_shown(self) -> Decimal:
        """All there was when the form was shown: that was proposed then."""
        seen = self.cleaned_data["seen"]
        return max(balance_of(Decimal(seen["open_balance"]), seen["status"]), Decimal(0))

    def written(self, amount: Decimal) -> str:
        return formatter().figure(Money(amount, self.invoice.currency))

    @property
    def amount(self) -> Decimal:
        """The amount of which the effect is shown: as typed, or all there is."""
        cleaned = getattr(self, "cleaned_data", {})
        return min(cleaned.get("amount") or self.most, self.most)

    def is_previewed(self) -> bool:
        """True if its effect was on the page from which it was sent; if not, it will be now."""
        shown = plain(self.cleaned_data["amount"])
        if self.cleaned_data["previewed"] == shown:
            return True
        self.again(previewed=shown)
        return False

    def refused(self, broken: Invalid) -> None:
        """Of a balance that has moved, all there is now is proposed to whoever left what was proposed."""
        shown = self.written(self.most_shown())
        super().refused(broken)
        if self.is_left("amount", shown):
            self.take_over({"amount": shown}, {"amount": self.written(self.most)})
        self.again(previewed=plain(self.amount))

    def verb(self, actor: Membership) -> Verb[Any]:
        return WriteOff(
            actor=actor,
            change_id=self.cleaned_data["change_id"],
            invoice_id=self.invoice.api_id,
            amount=self.cleaned_data["amount"],
            seen=self.cleaned_data["seen"],
            reason=self.cleaned_data["reason"],
        )


@page(Permission.WRITE_OFF, methods=("GET", "HEAD", "POST"), keeps=True)
def write_off(request: DeskRequest, invoice_id: int) -> HttpResponse:
    invoice, problem = fresh_invoice(request, invoice_id)
    form = MoveForm(request.POST or None, invoice, values_of(invoice, request.store.zone))
    if form.is_valid() and form.is_previewed():
        amount = formatter().amount(Money(form.cleaned_data["amount"], invoice.currency))
        words = _("%(amount)s of invoice %(number)s written off.")
        done = words % {"amount": amount, "number": invoice.number}
        if response := confirm(request, form, form.verb(request.actor), done):
            return response
    today = request.store.today(timezone.now())
    context = {
        "invoice": invoice,
        "form": form,
        "problem": problem,
        "is_owed": invoice.is_owed,
        "balances": balances([preview(invoice, -form.amount)], today),
        "needs_approval": needs_second_person(request.actor, form.amount, invoice.currency),
    }
    return render(request, "invoices/write_off.html", context, status=form.http_status)
