"""The page of a file's columns: how it is read, and what they mean; sent, the dry run begins."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from arportal.desk.imports.forms import ColumnsForm, ReadingForm
from arportal.desk.imports.page import get_import_or_404
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.imports import files
from arportal.receivables.imports.mapping import Mapping, proposed
from arportal.receivables.models import Import
from arportal.receivables.tables.table import Table
from arportal.stores.access import Permission

OPEN = (Import.State.UPLOADED, Import.State.CHECKED)
LINES_SHOWN = 5


@page(Permission.RECORD_PAYMENT, methods=("GET", "HEAD", "POST"))
def import_columns(request: DeskRequest, import_id: UUID) -> HttpResponse:
    brought = get_import_or_404(request, import_id)
    files.require_own(request.actor, brought)
    if brought.state not in OPEN:
        return _to_page(brought)
    table = files.table_of(brought)
    form = _columns_form(request if request.method == "POST" else None, brought, table)
    if form.is_valid():
        try:
            files.check(request.actor, brought, form.mapping())
            return _to_page(brought)
        except Invalid as broken:
            form.refuse(broken.fields)
    return _show(request, brought, table, form, ReadingForm(None, table))


@page(Permission.RECORD_PAYMENT, methods=("POST",))
def import_reading(request: DeskRequest, import_id: UUID) -> HttpResponse:
    """Reads the file in another way, and shows the columns again."""
    brought = get_import_or_404(request, import_id)
    files.require_own(request.actor, brought)
    if brought.state not in OPEN:
        return _to_page(brought)
    table = files.table_of(brought)
    form = ReadingForm(request.POST, table)
    if form.is_valid():
        try:
            files.read_otherwise(brought, form.reading())
            return SeeOther(reverse("desk:import_columns", args=[request.store.slug, brought.pk]))
        except Invalid as broken:
            form.refuse(broken.fields)
    return _show(request, brought, table, _columns_form(None, brought, table), form)


def _columns_form(request: DeskRequest | None, brought: Import, table: Table) -> ColumnsForm:
    if brought.mapping:
        mapping = Mapping.of_json(brought.mapping)
    else:
        sender = files.sender_of(brought.actor, brought.of, brought.sender)
        mapping = proposed(brought.of, table, Mapping.of_json(sender.mapping) if sender else None)
    return ColumnsForm(request.POST if request else None, brought, table, mapping)


def _show(
    request: DeskRequest, brought: Import, table: Table, form: ColumnsForm, reading: ReadingForm
) -> HttpResponse:
    lines = [
        (line.number, [line.cell(column) for column in range(len(table.columns))])
        for line in table.lines[:LINES_SHOWN]
    ]
    is_wrong = bool(form.errors or reading.errors)
    context = {"import": brought, "table": table, "lines": lines, "form": form, "reading": reading}
    return render(request, "imports/columns.html", context, status=422 if is_wrong else 200)


def _to_page(brought: Import) -> HttpResponse:
    return SeeOther(reverse("desk:import", args=[brought.store.slug, brought.pk]))
