"""Applying a credit to an open invoice of the same company and currency: both balances are shown before and after."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.desk.format.formats import formatter
from arportal.desk.forms.change_form import SeenField
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.widgets import Input
from arportal.desk.invoices.edit import fresh_invoice
from arportal.desk.invoices.page import counterparts, get_invoice_or_404
from arportal.desk.invoices.write_off import MoveForm
from arportal.desk.payments.balances import balances
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import confirm
from arportal.mirror.ids import id_in
from arportal.mirror.models import Invoice
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.snapshot import Snapshot
from arportal.receivables.invoices.apply_credit import ApplyCredit
from arportal.receivables.invoices.balance_moves import preview
from arportal.receivables.invoices.invoice_values import Values, values_of
from arportal.stores.access import Permission
from arportal.stores.models import Membership

# A company has few credits and, of one currency, not very many open invoices.
MOST_CHOICES = 200


class CreditForm(MoveForm):
    credit = forms.IntegerField(widget=Input("hidden"))
    credit_seen = SeenField("invoice")

    def __init__(
        self, data: FormData, invoice: Invoice, values: Values, credit: Invoice, credit_values: Values
    ) -> None:
        self.credit_row = credit
        super().__init__(data, invoice, values)
        seen: Any = self.fields["credit_seen"]
        seen.api_id = credit.api_id
        self.initial["credit"] = credit.api_id
        self.initial["credit_seen"] = self.credit_sealed(credit_values)

    @property
    def most(self) -> Decimal:
        credit: Decimal = -self.credit_row.open_balance
        return max(min(super().most, credit), Decimal(0))

    def most_shown(self) -> Decimal:
        return min(super().most_shown(), -Decimal(self.cleaned_data["credit_seen"]["open_balance"]))

    def credit_sealed(self, values: Values) -> str:
        return Snapshot("invoice", self.credit_row.api_id, values).seal()

    def refused(self, broken: Invalid) -> None:
        """A conflict may be about either: both are shown anew."""
        super().refused(broken)
        if isinstance(broken, Conflict):
            credit = values_of(self.credit_row, self.credit_row.store.zone)
            self.again(credit_seen=self.credit_sealed(credit))

    def refresh(self) -> None:
        super().refresh()
        self.credit_row.refresh_from_db()

    def verb(self, actor: Membership) -> ApplyCredit:
        return ApplyCredit(
            actor=actor,
            change_id=self.cleaned_data["change_id"],
            invoice_id=self.invoice.api_id,
            credit_id=self.credit_row.api_id,
            amount=self.cleaned_data["amount"],
            seen=self.cleaned_data["seen"],
            credit_seen=self.cleaned_data["credit_seen"],
            reason=self.cleaned_data["reason"],
        )


@page(Permission.APPLY_CREDIT, methods=("GET", "HEAD", "POST"), keeps=True)
def apply_credit(request: DeskRequest, invoice_id: int) -> HttpResponse:
    """Asks of a credit to which invoice; of an invoice which credit, where there are several, and how much."""
    known = get_invoice_or_404(request, invoice_id)
    oldest_first = counterparts(request.actor, known).defer("raw").order_by("due_on", "api_id")
    choices = list(oldest_first[:MOST_CHOICES])
    if known.open_balance < 0 or not choices:
        return render(request, "invoices/apply_credit_to.html", {"invoice": known, "choices": choices})
    credit_id = id_in(request.POST.get("credit") or request.GET.get("credit") or str(choices[0].api_id))
    if credit_id is None:
        raise Http404(_("There is no such credit."))
    credit, credit_problem = fresh_invoice(request, credit_id)
    invoice, problem = fresh_invoice(request, invoice_id)
    zone = request.store.zone
    form = CreditForm(
        request.POST or None, invoice, values_of(invoice, zone), credit, values_of(credit, zone)
    )
    if form.is_valid() and form.is_previewed() and (response := _sent(request, form)):
        return response
    effects = [preview(credit, form.amount), preview(invoice, -form.amount)]
    context = {
        "invoice": invoice,
        "credit": credit,
        "choices": choices,
        "form": form,
        "problem": problem or credit_problem,
        "balances": balances(effects, request.store.today(timezone.now())),
    }
    return render(request, "invoices/apply_credit.html", context, status=form.http_status)


def _sent(request: DeskRequest, form: CreditForm) -> HttpResponse | None:
    """None, with the reasons in the form, for what was refused."""
    words = _("%(amount)s of credit %(credit)s applied to invoice %(number)s.")
    named = {
        "amount": formatter().amount(Money(form.cleaned_data["amount"], form.invoice.currency)),
        "credit": form.credit_row.number,
        "number": form.invoice.number,
    }
    return confirm(request, form, form.verb(request.actor), words % named)
