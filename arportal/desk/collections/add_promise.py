"""Writing down a promise to pay: the form, then what it means, then the promise."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.desk.collections.promise_form import MOST, PromiseForm
from arportal.desk.collections.words import collections_link
from arportal.desk.companies.page import get_company_or_404
from arportal.desk.forms.hidden import hidden_fields
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.mirror.ids import ids_in
from arportal.mirror.models import Company, Invoice
from arportal.mirror.models.invoices import InvoiceQuerySet
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.collections.promises import (
    add_promise,
    check_promise,
    owed_for,
    promised_invoices,
)
from arportal.stores.access import Permission

ASK, SAVE = "ask", "save"


@page(Permission.COLLECT, methods=("GET", "HEAD", "POST"), keeps=True)
def promise_add(request: DeskRequest, company_id: int) -> HttpResponse:
    company = get_company_or_404(request, company_id)
    invoices = Invoice.objects.visible_to(request.actor).filter(company_id=company_id).outstanding()
    currencies = invoices.currencies()
    if not currencies:
        return render(request, "collections/nothing_open.html", {"company": company})
    form = _form(request, invoices, currencies)
    context: dict[str, Any] = {"company": company, "form": form, "currencies": currencies}
    if request.method == "POST" and request.POST.get("step") not in (ASK, SAVE):
        form.errors.clear()
        return render(request, "collections/promise.html", context)
    if form.is_valid():
        try:
            return _asked(request, company, form)
        except Invalid as broken:
            form.refused(broken)
    return render(request, "collections/promise.html", context, status=form.http_status)


def _asked(request: DeskRequest, company: Company, form: PromiseForm) -> HttpResponse:
    """The page that says what the promise means, or the promise. Raises Invalid."""
    actor, now, company_id = request.actor, timezone.now(), company.api_id
    pay_by, invoice_ids = form.cleaned_data["pay_by"], form.invoice_ids
    if request.POST["step"] == SAVE:
        add_promise(
            actor,
            form.cleaned_data["change_id"],
            company_id,
            form.money,
            pay_by=pay_by,
            invoice_ids=invoice_ids,
            text=form.cleaned_data["text"],
            now=now,
        )
        messages.success(request, _("The promise is written down."))
        return SeeOther(collections_link(request, company_id))
    check_promise(actor, company_id, form.money, pay_by, invoice_ids, actor.store.today(now))
    owed = owed_for(actor, company_id, form.currency, invoice_ids)
    context = {
        "company": company,
        "form": form,
        "hidden_fields": hidden_fields(request.POST),
        "invoices": promised_invoices(actor, company_id, invoice_ids),
        "owed": owed,
        "left": owed - form.money,
        "pay_by": pay_by,
    }
    return render(request, "collections/promise_preview.html", context)


def _form(request: DeskRequest, invoices: InvoiceQuerySet, currencies: list[str]) -> PromiseForm:
    """The form in the currency of the address, or of the first invoice that was picked on the company's page."""
    picked = [str(api_id) for api_id in ids_in(request.GET.getlist("pick"))]
    of_picked = invoices.filter(api_id__in=picked).values_list("currency", flat=True).first()
    currency = request.GET.get("currency") or of_picked or ""
    if currency not in currencies:
        currency = request.store.currency if request.store.currency in currencies else currencies[0]
    offered = invoices.filter(currency=currency).defer("raw").order_by("due_on", "api_id")[:MOST]
    return PromiseForm(request.POST or None, currency, list(offered), picked)
