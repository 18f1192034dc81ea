"""A company as a buyer on e-invoices: what is entered here, and what comes from its extra fields instead."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.companies.page import get_company_or_404
from arportal.desk.einvoices.fields import (
    CheckedField,
    ChoiceOf,
    TaxFields,
    clean_address,
    countries,
    exemptions,
    schemes,
)
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.refusable import Refusable
from arportal.desk.forms.widgets import Input
from arportal.desk.settings.branding_form import PlainField
from arportal.desk.settings.saving import is_saved
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.documents.einvoices.identifiers import vat_id
from arportal.documents.einvoices.records import BUYER, LONGEST_REFERENCE, Known, known_of, newest_buyer
from arportal.documents.einvoices.saving import save_buyer
from arportal.documents.einvoices.schemes import SCHEMES
from arportal.documents.einvoices.taxes import kept, tax_of
from arportal.documents.models import EInvoiceBuyer
from arportal.stores.access import Permission

AS_WRITTEN = _lazy("As the invoice says")


class BuyerForm(Keepable, Refusable):
    based_on = forms.IntegerField(required=False, widget=Input("hidden"))
    legal_name = PlainField(_lazy("Legal name"), 200, Input())
    country = ChoiceOf(_lazy("Country"), countries)
    vat_id = CheckedField(_lazy("VAT ID"), 40, vat_id)
    registration_id = PlainField(_lazy("Registration number"), 50, Input())
    endpoint_scheme = ChoiceOf(_lazy("Kind of electronic address"), schemes(SCHEMES.values()))
    endpoint_id = PlainField(_lazy("Electronic address"), 254, Input())
    buyer_reference = PlainField(_lazy("Buyer reference"), LONGEST_REFERENCE, Input())

    def __init__(self, data: FormData, row: EInvoiceBuyer, known: Known) -> None:
        initial = {name: getattr(row, name) for name in BUYER} | {"based_on": row.pk}
        super().__init__(data, initial=initial, use_required_attribute=False)
        self.tax = TaxFields(self, "tax")
        self.tax.add(tax_of(row.tax), AS_WRITTEN)
        for name in BUYER:
            value = getattr(known.buyer, name)
            if value and not initial[name]:
                self.fields[name].help_text = _told(name, str(value), known)

    def clean(self) -> dict[str, Any]:
        super().clean()
        clean_address(self)
        self._tax = self.tax.tax()
        return self.cleaned_data

    def buyer(self) -> EInvoiceBuyer:
        values = {name: self.cleaned_data[name] for name in BUYER}
        return EInvoiceBuyer(**values, tax=None if self._tax is None else kept(self._tax))


def _told(name: str, value: str, known: Known) -> str:
    """The value that counts as long as the field is empty, and where it comes from."""
    if name == "endpoint_scheme":
        return _("If empty: %(scheme)s") % {"scheme": SCHEMES[value]}
    if name in known.taken:
        words = _("If empty: %(value)s, from the extra field “%(field)s”")
        return words % {"value": value, "field": known.taken[name]}
    if name == "country":
        value = dict(countries()).get(value, value)
    return _("If empty: %(value)s, as at the store") % {"value": value}


@page(Permission.ADMINISTER_COMPANY, methods=("GET", "HEAD", "POST"), keeps=True)
def company_einvoice(request: DeskRequest, company_id: int) -> HttpResponse:
    company = get_company_or_404(request, company_id)
    known = known_of(request.store, company_id)
    form = BuyerForm(request.POST or None, newest_buyer(request.store, company_id), known)

    def save() -> bool:
        return save_buyer(request.actor, company, form.buyer(), based_on=form.cleaned_data["based_on"])

    if form.is_valid() and is_saved(request, form, save):
        return SeeOther(link("company_einvoice", request.store.slug, company_id))
    context = {
        "company": company,
        "form": form,
        "unusable": known.unusable.values(),
        "exemptions": exemptions(),
    }
    return render(request, "einvoices/buyer.html", context, status=form.http_status)
