"""Exports of many invoices as PDFs: asking for one, watching the work, fetching the result."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from arportal.desk.exports.form import Chosen, ExportForm, shapes, sources
from arportal.desk.lists.selection import NotChosen
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.documents.exports import control
from arportal.documents.exports.contents import pieces_of
from arportal.documents.exports.create import MOST, create_export
from arportal.documents.exports.progress import progress_of
from arportal.documents.models import Archive, Export, ExportItem
from arportal.documents.models.exports import KEPT
from arportal.receivables.changes.errors import Invalid
from arportal.stores.access import Permission
from arportal.stores.models import Membership

SHOWN = 100
FAILURES_SHOWN = 200
LISTS = ("manifest", "failures")
TYPES = {Export.Shape.ZIP: ("zip", "application/zip"), Export.Shape.MERGED: ("pdf", "application/pdf")}


@page(Permission.READ)
def exports(request: DeskRequest) -> HttpResponse:
    latest = _visible(request).filter(of=Export.Of.INVOICES).order_by("-asked_at")[:SHOWN]
    return render(request, "exports/list.html", {"rows": [facts_of(request, export) for export in latest]})


@page(Permission.READ, methods=("GET", "HEAD", "POST"), keeps=True)
def export_pdfs(request: DeskRequest) -> HttpResponse:
    """The form that asks for PDFs of what a list has sent here, or by GET of all that its query matches."""
    try:
        return _form_page(request, Chosen(request), ExportForm())
    except NotChosen as nothing:
        return _back(request, nothing)


@page(Permission.READ, methods=("POST",), keeps=True)
def start_export(request: DeskRequest) -> HttpResponse:
    try:
        chosen = Chosen(request)
    except NotChosen as nothing:
        return _back(request, nothing)
    form = ExportForm(request.POST)
    if form.is_valid():
        wanted = form.cleaned_data
        try:
            export = create_export(
                request.actor,
                wanted["export_id"],
                chosen.invoices,
                source=Export.Source(wanted["source"]),
                shape=Export.Shape(wanted["shape"]),
                words=chosen.words,
            )
            return SeeOther(_address("export", export))
        except Invalid as broken:
            form.refuse(broken.fields)
    return _form_page(request, chosen, form)


@page(Permission.READ)
def export(request: DeskRequest, export_id: UUID) -> HttpResponse:
    facts = facts_of(request, get_export_or_404(request, export_id))
    return render(request, "exports/_state.html" if request.htmx else "exports/page.html", facts)


@page(Permission.READ, methods=("POST",))
def cancel_export(request: DeskRequest, export_id: UUID) -> HttpResponse:
    return _steer(request, export_id, control.cancel)


@page(Permission.READ, methods=("POST",))
def carry_on_export(request: DeskRequest, export_id: UUID) -> HttpResponse:
    return _steer(request, export_id, control.carry_on)


@page(Permission.READ)
def export_file(request: DeskRequest, export_id: UUID) -> HttpResponseBase:
    """The archive, read and sent by the megabyte."""
    archive = _archive(request, export_id)
    if not archive.size:
        raise Http404(_("This export holds no PDF."))
    ending, content_type = TYPES[Export.Shape(archive.export.shape)]
    response = StreamingHttpResponse(pieces_of(archive), content_type=content_type)
    response.headers["Content-Length"] = str(archive.size)
    return _named(response, archive, ending)


@page(Permission.READ)
def export_list(request: DeskRequest, export_id: UUID, name: str) -> HttpResponseBase:
    """manifest.csv or failures.csv, as they are in the zip."""
    archive = _archive(request, export_id)
    if name not in LISTS:
        raise Http404(_("An export has manifest.csv and failures.csv."))
    table = bytes(getattr(archive, name))
    if not table:
        raise Http404(_("Nothing is missing from this export."))
    return _named(HttpResponse(table, content_type="text/csv; charset=utf-8"), archive, f"{name}.csv")


def get_export_or_404(request: DeskRequest, export_id: UUID) -> Export:
    export = _visible(request).filter(pk=export_id).first()
    if export is None:
        raise Http404(_("There is no such export. Each is kept for seven days."))
    return export


def _visible(request: DeskRequest) -> QuerySet[Export]:
    """The exports this person may see, without the lists in their archives, which are long."""
    exports = Export.objects.visible_to(request.actor).select_related("archive", "actor__user", "store")
    return exports.defer("archive__manifest", "archive__failures")


def facts_of(request: DeskRequest, export: Export) -> dict[str, Any]:
    """The context of the pages of an export. `step` is the progress in tens, for who only listens."""
    progress = progress_of(export, timezone.now())
    failed = export.items.filter(state=ExportItem.State.FAILED).order_by("position")
    return {
        "export": export,
        "archive": getattr(export, "archive", None),
        "progress": progress,
        "step": progress.percent // 10 * 10,
        "is_under_way": export.state in (Export.State.RUNNING, Export.State.PACKING),
        "is_waiting": export.waits_until is not None and export.waits_until > timezone.now(),
        "failures": failed[:FAILURES_SHOWN],
        # Asked for where they are shown alone.
        "plain": export.items.filter(state=ExportItem.State.DONE, profile="").order_by("position"),
        "more_failures": max(0, progress.failed - FAILURES_SHOWN),
        "may_steer": control.may_steer(request.actor, export),
        "kept_until": export.finished_at + KEPT if export.finished_at else None,
    }


def _form_page(request: DeskRequest, chosen: Chosen, form: ExportForm) -> HttpResponse:
    context = {
        "chosen": chosen,
        "count": chosen.count,
        "most": MOST,
        "form": form,
        "shapes": shapes(form),
        "sources": sources(form, request.store, chosen),
    }
    return render(request, "exports/new.html", context, status=422 if form.errors else 200)


def _back(request: DeskRequest, nothing: NotChosen) -> HttpResponse:
    messages.error(request, str(nothing))
    return redirect(link("invoices", request.store.slug))


def _steer(request: DeskRequest, export_id: UUID, verb: Callable[[Membership, Export], None]) -> HttpResponse:
    export = get_export_or_404(request, export_id)
    try:
        verb(request.actor, export)
    except Invalid as broken:
        messages.error(request, str(broken))
    return SeeOther(_address("export", export))


def _address(name: str, export: Export) -> str:
    return reverse(f"desk:{name}", args=[export.store.slug, export.pk])


def _archive(request: DeskRequest, export_id: UUID) -> Archive:
    archive: Archive | None = getattr(get_export_or_404(request, export_id), "archive", None)
    if archive is None:
        raise Http404(_("This export is not finished."))
    return archive


def _named(response: HttpResponseBase, archive: Archive, ending: str) -> HttpResponseBase:
    """The answer under a name such as `invoices 2026-03-05 1407.zip`, in the store's time."""
    of = archive.export.of
    made = timezone.localtime(archive.made_at).strftime("%Y-%m-%d %H%M")
    name = f"{of} {made}.{ending}" if "." not in ending else f"{of} {made} {ending}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response
