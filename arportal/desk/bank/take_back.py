"""Putting what is left of a bank line on account, and taking back what was said of a line."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from arportal.desk.bank.door import bank_page
from arportal.desk.bank.line import get_line_or_404, next_link
from arportal.desk.bank.line_forms import OnAccountForm, TakeBackForm
from arportal.desk.format.formats import formatter
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest
from arportal.desk.site.redirects import SeeOther
from arportal.mirror.ids import id_in
from arportal.mirror.models import Company
from arportal.receivables.bank.uses import put_on_account, take_back
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import BankUse


@bank_page(methods=("GET", "HEAD", "POST"))
def bank_on_account(request: DeskRequest, line_id: int) -> HttpResponse:
    line = get_line_or_404(request, line_id)
    if line.amount < 0 or line.left <= 0:
        return SeeOther(link("bank_line", request.store.slug, line.pk))
    company_id = id_in(request.GET.get("company", ""))
    form = OnAccountForm(request.POST or None, request.actor, line, company_id)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            money = put_on_account(
                request.actor,
                typed["change_id"],
                line.pk,
                typed["company"],
                typed["amount"],
                typed["reason"],
            )
        except Company.DoesNotExist:
            form.add_error("company", _("There is no such company."))
        except Invalid as broken:
            form.refused(broken)
        else:
            words = _("%(amount)s is on account.") % {"amount": formatter().amount(money.money)}
            messages.success(request, words)
            return SeeOther(next_link(request, line))
    context = {"line": line, "form": form}
    return render(request, "bank/on_account.html", context, status=form.http_status)


@bank_page(methods=("GET", "HEAD", "POST"))
def bank_take_back(request: DeskRequest, use_id: int) -> HttpResponse:
    """Opens a line again that was ignored or put on account."""
    uses = BankUse.objects.filter(line__store=request.store).exclude(kind=BankUse.Kind.PAYMENT)
    use = uses.select_related("line").filter(pk=use_id).first()
    if use is None:
        raise Http404(_("There is no such line of a bank statement."))
    form = TakeBackForm(request.POST or None)
    if form.is_valid():
        try:
            take_back(request.actor, form.cleaned_data["change_id"], use.pk, form.cleaned_data["reason"])
        except Invalid as broken:
            form.refused(broken)
        else:
            messages.success(request, _("The line is open again."))
            return SeeOther(link("bank_line", request.store.slug, use.line_id))
    context = {"use": use, "line": use.line, "amount": use.used_money, "form": form}
    return render(request, "bank/take_back.html", context, status=form.http_status)
