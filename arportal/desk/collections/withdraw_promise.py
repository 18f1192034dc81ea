"""Withdrawing a promise that no longer holds, with a reason."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.desk.collections.words import collections_link
from arportal.desk.companies.page import get_company_or_404
from arportal.desk.forms.change_form import ChangeForm, ReasonField
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.collections.promises import promised_invoices, withdraw_promise
from arportal.receivables.models import PromiseToPay
from arportal.stores.access import Permission


class WithdrawForm(ChangeForm):
    reason = ReasonField()


@page(Permission.COLLECT, methods=("GET", "HEAD", "POST"), keeps=True)
def promise_withdraw(request: DeskRequest, promise_id: int) -> HttpResponse:
    promise = PromiseToPay.objects.visible_to(request.actor).filter(pk=promise_id).first()
    if promise is None:
        raise Http404(_("There is no such promise."))
    company = get_company_or_404(request, promise.company_id)
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        try:
            withdraw_promise(request.actor, promise_id, form.cleaned_data["reason"], timezone.now())
        except Invalid as broken:
            form.refused(broken)
        else:
            messages.success(request, _("The promise is withdrawn."))
            return SeeOther(collections_link(request, company.api_id))
    context = {
        "promise": promise,
        "company": company,
        "invoices": promised_invoices(request.actor, company.api_id, promise.invoice_ids),
        "form": form,
    }
    return render(request, "collections/withdraw_promise.html", context, status=form.http_status)
