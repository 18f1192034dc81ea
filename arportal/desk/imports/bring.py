"""The imports of the store, the page that brings a file, and the templates for one."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from arportal.desk.imports.forms import UploadForm
from arportal.desk.site.files import CSV, table_sent
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.imports.fields import FIELDS
from arportal.receivables.imports.files import bring
from arportal.receivables.models import Import, ImportSender
from arportal.stores.access import Permission

SHOWN = 100


@page(Permission.RECORD_PAYMENT)
def imports(request: DeskRequest) -> HttpResponse:
    visible = Import.objects.visible_to(request.actor).select_related("actor__user")
    return render(request, "imports/list.html", {"rows": visible.order_by("-uploaded_at")[:SHOWN]})


@page(Permission.RECORD_PAYMENT, methods=("GET", "HEAD", "POST"))
def import_new(request: DeskRequest) -> HttpResponse:
    """The form that brings a file; it leads on to its columns."""
    is_sent = request.method == "POST"
    form = UploadForm(request.POST if is_sent else None, request.FILES if is_sent else None, request.actor)
    if form.is_valid():
        brought = form.cleaned_data
        try:
            new = bring(
                request.actor,
                brought["import_id"],
                of=brought["of"],
                sender=brought["sender"],
                file_name=brought["file"].name,
                content=brought["file"].read(),
            )
            return SeeOther(reverse("desk:import", args=[request.store.slug, new.pk]))
        except Invalid as broken:
            form.refuse(broken.fields)
    senders = ImportSender.objects.filter(store=request.store).order_by("name")
    context = {
        "form": form,
        "senders": senders.values_list("name", flat=True).distinct(),
        "kinds": [(of, of.label, FIELDS[of]) for of in Import.Of],
    }
    return render(request, "imports/new.html", context, status=422 if form.errors else 200)


@page(Permission.RECORD_PAYMENT)
def import_template(request: DeskRequest, name: str) -> HttpResponseBase:
    """An empty table with the columns that are known by their names."""
    if name not in FIELDS:
        raise Http404(_("There are templates of payments and of invoices."))
    return table_sent(CSV, name, name, [field.names[0].capitalize() for field in FIELDS[name]], [])
