"""One amount on account: where it came from, what was taken off it, and what can be done with the rest."""

from collections.abc import Iterator
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money
from arportal.desk.format.formats import formatter
from arportal.desk.forms.amount_fields import AmountField
from arportal.desk.forms.change_form import ChangeForm, ReasonField
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.mirror.models import Company, Invoice, Payment
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change, OnAccount, OnAccountUse
from arportal.receivables.on_account.keeping import take_off
from arportal.stores.access import Permission, may
from arportal.stores.models import Membership

Kind = OnAccountUse.Kind


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was taken off; `stands` is False where it is back. `undo` is where it can be taken back, ""
    where it cannot."""

    use: OnAccountUse
    money: Money
    stands: bool
    undo: str


class TakeOffForm(ChangeForm):
    kind = forms.ChoiceField(
        label=_lazy("What became of it"),
        choices=[(kind.value, kind.label) for kind in (Kind.PAID_BACK, Kind.REVERSED)],
        widget=Select,
    )
    reason = ReasonField()

    def __init__(self, data: FormData, money: OnAccount) -> None:
        super().__init__(data, initial={"amount": formatter().figure(money.left_money)})
        label = _("Amount in %(currency)s") % {"currency": money.currency}
        self.fields["amount"] = AmountField(
            money.currency, required=True, label=label, widget=Input("text", inputmode="decimal")
        )
        self.order_fields(["kind", "amount", "reason"])


@page(Permission.READ)
def on_account_money(request: DeskRequest, money_id: int) -> HttpResponse:
    money = get_money_or_404(request, money_id)
    has_left = money.left > 0
    of_company = Invoice.objects.visible_to(request.actor).filter(company_id=money.company_id)
    is_payable = of_company.filter(currency=money.currency).outstanding().exists()
    context = {
        "money": money,
        "company": _company(request, money),
        "lines": list(lines(request.actor, money)),
        "has_left": has_left,
        "is_payable": is_payable,
        "may_apply": has_left and is_payable and may(request.actor, Permission.RECORD_PAYMENT),
        "may_take_off": has_left and may(request.actor, Permission.DELETE_PAYMENT),
    }
    return render(request, "on_account/page.html", context)


@page(Permission.DELETE_PAYMENT, methods=("GET", "HEAD", "POST"), keeps=True)
def take_off_account(request: DeskRequest, money_id: int) -> HttpResponse:
    """Takes off what was paid back or never came."""
    money = get_money_or_404(request, money_id)
    form = TakeOffForm(request.POST or None, money)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            take_off(
                request.actor,
                typed["change_id"],
                money.pk,
                Kind(typed["kind"]),
                typed["amount"],
                typed["reason"],
            )
        except Invalid as broken:
            form.refused(broken)
        else:
            taken = formatter().amount(Money(typed["amount"], money.currency))
            messages.success(request, _("%(amount)s is taken off.") % {"amount": taken})
            return SeeOther(link("on_account_money", request.store.slug, money.pk))
    context = {"money": money, "company": _company(request, money), "form": form}
    return render(request, "on_account/take_off.html", context, status=form.http_status)


def get_money_or_404(request: DeskRequest, money_id: int) -> OnAccount:
    rows = OnAccount.objects.visible_to(request.actor).with_left().select_related("actor__user")
    money = rows.filter(pk=money_id).first()
    if money is None:
        raise Http404(_("There is no such money on account."))
    return money


def lines(actor: Membership, money: OnAccount) -> Iterator[Line]:
    """The lines of what was taken off, the latest first."""
    uses = money.uses.select_related("actor__user", "change").order_by("-at", "-pk")
    standing = set(OnAccountUse.objects.standing().filter(money=money).values_list("pk", flat=True))
    may_undo = may(actor, Permission.DELETE_PAYMENT)
    paid = {use.change.target_id for use in uses if use.change and use.change.state == Change.State.APPLIED}
    there = Payment.objects.visible_to(actor).by_api_id(payment_id for payment_id in paid if payment_id)
    for use in uses:
        payment_id = use.change.target_id if use.change else None
        can_undo = may_undo and use.pk in standing and payment_id in there
        yield Line(
            use=use,
            money=Money(use.amount, money.currency),
            stands=use.pk in standing,
            undo=link("payment_delete", actor.store.slug, payment_id) if can_undo else "",
        )


def _company(request: DeskRequest, money: OnAccount) -> Company | None:
    return Company.objects.visible_to(request.actor).filter(api_id=money.company_id).first()
