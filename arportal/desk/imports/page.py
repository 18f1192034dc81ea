"""One import: what the dry run says, how far the work is, and what became of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from arportal.desk.site.files import CSV, XLSX, table_sent
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.imports import asking
from arportal.receivables.imports.progress import progress_of, rows_to_correct, with_reasons
from arportal.receivables.models import Change, Import, ImportRow
from arportal.receivables.tables.table import of_json, text_of
from arportal.stores.access import Permission

SHOWN = 100
# States of lines in the order in which the dry run tells of them.
TOLD = (ImportRow.State.READY, ImportRow.State.DOUBTFUL, ImportRow.State.THERE, ImportRow.State.REFUSED)
# Of Changes: the last two come to an end by themselves, or by a second person.
OUTCOMES = (
    Change.State.APPLIED,
    Change.State.REFUSED,
    Change.State.WAITING,
    Change.State.UNKNOWN,
)


@page(Permission.RECORD_PAYMENT)
def import_page(request: DeskRequest, import_id: UUID) -> HttpResponse:
    shown = get_import_or_404(request, import_id)
    if shown.state == Import.State.UPLOADED and shown.actor_id == request.actor.pk:
        return SeeOther(reverse("desk:import_columns", args=[request.store.slug, shown.pk]))
    template = "imports/_state.html" if request.htmx else "imports/page.html"
    return render(request, template, _facts(request, shown))


@page(Permission.RECORD_PAYMENT, methods=("POST",))
def start_import(request: DeskRequest, import_id: UUID) -> HttpResponse:
    checked = get_import_or_404(request, import_id)
    try:
        asking.start(request.actor, checked, with_doubtful="with_doubtful" in request.POST)
    except Invalid as broken:
        messages.error(request, str(broken))
    return _to_page(checked)


@page(Permission.RECORD_PAYMENT, methods=("POST",))
def cancel_import(request: DeskRequest, import_id: UUID) -> HttpResponse:
    running = get_import_or_404(request, import_id)
    try:
        asking.cancel(request.actor, running)
    except Invalid as broken:
        messages.error(request, str(broken))
    return _to_page(running)


@page(Permission.RECORD_PAYMENT)
def import_refused(request: DeskRequest, import_id: UUID, kind: str) -> HttpResponseBase:
    """The lines that were refused, with their reasons and as they were: to be put right and imported again."""
    shown = get_import_or_404(request, import_id)
    if kind not in (CSV, XLSX):
        raise Http404(_("They can be had as CSV or XLSX."))
    rows = (
        [row.line, reason, *of_json(row.cells)] for row, reason in with_reasons(shown, rows_to_correct(shown))
    )
    title = _("Refused lines")
    return table_sent(
        kind, title, f"{title} {shown.file_name}", [_("Line"), _("Reason"), *shown.columns], rows
    )


def get_import_or_404(request: DeskRequest, import_id: UUID) -> Import:
    visible = Import.objects.visible_to(request.actor).filter(pk=import_id)
    found = visible.select_related("store", "actor__user", "actor__store").first()
    if found is None:
        raise Http404(_("There is no such import."))
    return found


def _facts(request: DeskRequest, shown: Import) -> dict[str, Any]:
    """The context of the pages of an import. `step` is the progress in tens, for who only listens."""
    progress = progress_of(shown)
    is_checking = shown.state == Import.State.CHECKING
    percent = shown.checked * 100 // max(shown.lines, 1) if is_checking else progress.percent
    is_under_way = is_checking or shown.state == Import.State.RUNNING
    labels = dict(ImportRow.State.choices)
    to_correct = rows_to_correct(shown)
    doubtful = ImportRow.objects.filter(of=shown, state=ImportRow.State.DOUBTFUL).order_by("line")
    unsettled = any(progress.changes.get(state) for state in Change.UNDER_WAY)
    return {
        "import": shown,
        "progress": progress,
        "told": [
            (state, labels[state], progress.lines.get(state, 0), progress.sums.get(state, []))
            for state in TOLD
        ],
        "outcomes": [
            (state, state.label, count) for state in OUTCOMES if (count := progress.changes.get(state, 0))
        ],
        "is_under_way": is_under_way,
        "is_followed": is_under_way or unsettled,
        "percent": percent,
        "step": percent // 10 * 10,
        "ready": progress.lines.get(ImportRow.State.READY, 0),
        "doubtful": _shown(shown, doubtful[:SHOWN]),
        "doubtful_count": progress.lines.get(ImportRow.State.DOUBTFUL, 0),
        "refused": _shown(shown, to_correct[:SHOWN]),
        "more_refused": max(0, progress.refused - SHOWN),
        "is_own": shown.actor_id == request.actor.pk,
        "may_cancel": asking.may_cancel(request.actor, shown),
    }


def _shown(shown: Import, rows: Any) -> list[tuple[ImportRow, str, str]]:
    """Line, reason, and the cells in one text."""
    return [
        (row, reason, " · ".join(text for cell in of_json(row.cells) if (text := text_of(cell))))
        for row, reason in with_reasons(shown, rows)
    ]


def _to_page(of: Import) -> HttpResponse:
    return SeeOther(reverse("desk:import", args=[of.store.slug, of.pk]))
