"""Whom a company's mails go to."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.companies.page import get_company_or_404
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.widgets import Input
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.mails.recipients import (
    add_address,
    kept_addresses,
    offered,
    recipients_of,
    remove_address,
)
from arportal.stores.access import Permission


class AddressForm(Keepable, forms.Form):
    address = forms.CharField(label=_lazy("E-mail address"), widget=Input("email"))

    def __init__(self, data: FormData) -> None:
        super().__init__(data, use_required_attribute=False)


@page(Permission.SEND_MAIL, methods=("GET", "HEAD", "POST"), keeps=True)
def company_addresses(request: DeskRequest, company_id: int) -> HttpResponse:
    company = get_company_or_404(request, company_id)
    form = AddressForm(request.POST or None)
    if form.is_valid():
        try:
            add_address(request.actor, company, form.cleaned_data["address"])
        except Invalid as broken:
            form.add_error("address", broken.fields["address"])
        else:
            messages.success(request, _("Added."))
            return SeeOther(link("company_addresses", request.store.slug, company_id))
    context = {
        "company": company,
        "form": form,
        "kept": kept_addresses(company),
        "recipients": recipients_of(company),
        "offered": offered(company),
    }
    return render(request, "companies/addresses.html", context, status=422 if form.errors else 200)


@page(Permission.SEND_MAIL, methods=("POST",))
def remove(request: DeskRequest, company_id: int, address_id: int) -> HttpResponse:
    remove_address(request.actor, get_company_or_404(request, company_id), address_id)
    messages.success(request, _("Removed."))
    return SeeOther(link("company_addresses", request.store.slug, company_id))
