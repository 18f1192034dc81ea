"""The store's tax rules: what its cost lines mean, and which tax holds where."""

from collections import Counter

from django.http import HttpResponse
from django.shortcuts import render

from arportal.desk.einvoices.fields import exemptions
from arportal.desk.einvoices.seller import history
from arportal.desk.einvoices.taxes_form import TaxesForm
from arportal.desk.settings.saving import is_saved
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.documents.einvoices.countries import country_code
from arportal.documents.einvoices.records import newest_taxes
from arportal.documents.einvoices.saving import save_taxes
from arportal.documents.einvoices.seen import seen_in
from arportal.mirror.models import Company
from arportal.stores.access import Permission
from arportal.stores.models import Store


@page(Permission.BRAND, methods=("GET", "HEAD", "POST"), keeps=True, fresh=True)
def einvoice_taxes(request: DeskRequest) -> HttpResponse:
    seen = seen_in(request.store)
    form = TaxesForm(request.POST or None, newest_taxes(request.store), seen, buyers_countries(request.store))

    def save() -> bool:
        return save_taxes(request.actor, form.taxes(), based_on=form.cleaned_data["based_on"])

    if form.is_valid() and is_saved(request, form, save):
        return SeeOther(link("einvoice_taxes", request.store.slug))
    context = {"form": form, "seen": seen, "exemptions": exemptions(), "history": history(request.store)}
    return render(request, "einvoices/taxes.html", context, status=form.http_status)


def buyers_countries(store: Store) -> Counter[str]:
    """Code of a country → how many companies of the store are there."""
    countries: Counter[str] = Counter()
    for text in Company.objects.filter(store=store, gone_at=None).values_list("country", flat=True):
        if code := country_code(text):
            countries[code] += 1
    return countries
