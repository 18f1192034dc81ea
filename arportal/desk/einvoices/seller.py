"""The store as a seller: the form, and who changed what."""

from django.http import HttpResponse
from django.shortcuts import render

from arportal.desk.einvoices.seller_form import SellerForm
from arportal.desk.settings.history import Line
from arportal.desk.settings.saving import is_saved
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.documents.einvoices.records import newest_seller
from arportal.documents.einvoices.saving import save_seller
from arportal.documents.models import EInvoiceSeller
from arportal.stores.access import Permission
from arportal.stores.models import Activity, Store

SHOWN = 20


@page(Permission.BRAND, methods=("GET", "HEAD", "POST"), keeps=True, fresh=True)
def einvoice_seller(request: DeskRequest) -> HttpResponse:
    """Fresh: it holds the account that customers pay to."""
    form = SellerForm(request.POST or None, request.store, newest_seller(request.store))

    def save() -> bool:
        return save_seller(request.actor, form.seller(), based_on=form.cleaned_data["based_on"])

    if form.is_valid() and is_saved(request, form, save):
        return SeeOther(link("einvoice_seller", request.store.slug))
    context = {"form": form, "history": history(request.store)}
    return render(request, "einvoices/seller.html", context, status=form.http_status)


def history(store: Store) -> list[Line]:
    """The latest savings of the store's own facts, newest first; `before` where a line has room for it."""
    lines = []
    rows = Activity.objects.filter(store=store, kind=Activity.Kind.E_INVOICE, company_id=None)
    for saved in rows.order_by("-at", "-id")[:SHOWN]:
        told = []
        for name, value in (saved.details.get("before") or {}).items():
            if value and isinstance(value, str) and hasattr(EInvoiceSeller, name):
                label = EInvoiceSeller._meta.get_field(name).verbose_name  # type: ignore[union-attr]
                told.append(f"{label}: {value}")
        lines.append(Line(saved.at, saved.who, saved.words, "; ".join(told)))
    return lines
