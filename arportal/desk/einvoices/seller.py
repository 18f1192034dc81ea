"""The store as a seller: the form, and who changed what."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from arportal.desk.einvoices.seller_form import SellerForm
from arportal.desk.settings.history import Line
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.documents.einvoices.records import newest_seller
from arportal.documents.einvoices.saving import save_seller
from arportal.documents.models import EInvoiceSeller
from arportal.receivables.changes.errors import Conflict
from arportal.stores.access import Permission
from arportal.stores.models import Activity, Store

SHOWN = 20


@page(Permission.BRAND, methods=("GET", "HEAD", "POST"), keeps=True, fresh=True)
def einvoice_seller(request: DeskRequest) -> HttpResponse:
    """Fresh: it holds the account that customers pay to."""
    form = SellerForm(request.POST or None, request.store, newest_seller(request.store))
    if form.is_valid():
        try:
            changed = save_seller(request.actor, form.seller(), based_on=form.cleaned_data["based_on"])
        except Conflict as meanwhile:
            words = _("Reload this page to see it; your changes are not saved.")
            form.refuse({"": [f"{meanwhile} {words}"]})
        else:
            messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
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
