"""The list of companies, with what each of them owes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.companies import figures
from arportal.desk.companies.filter import DebtorFilter
from arportal.desk.format.statuses import COMPANY_WORDS
from arportal.desk.forms.widgets import options_for
from arportal.desk.lists import cells, downloads, extra_fields
from arportal.desk.lists.list_page import answer, list_page
from arportal.desk.lists.lists import List
from arportal.desk.lists.tables import Column, Kind, Viewer, text_column
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror.models import Balances, Company, CreditTerms, Invoice
from arportal.stores.access import Permission

SUGGESTED = 20


def with_balances(rows: Sequence[Any], viewer: Viewer) -> None:
    """Adds to each company its balances, one a currency: one query for the whole page."""
    invoices = Invoice.objects.visible_to(viewer.actor).filter(company_id__in=[row.api_id for row in rows])
    by_company: dict[int, list[Balances]] = {}
    for sums in invoices.balances("company_id").order_by("currency"):
        by_company.setdefault(sums["company_id"], []).append(Balances.of(sums))
    for row in rows:
        row.balances = by_company.get(row.api_id, [])
        row.owed = [balances.open for balances in row.balances if balances.open]


def with_terms(rows: Sequence[Any], viewer: Viewer) -> None:
    terms = CreditTerms.objects.visible_to(viewer.actor).by_api_id(row.api_id for row in rows)
    for row in rows:
        row.terms_days = terms[row.api_id].terms_days if row.api_id in terms else None


def name_cell(company: Company, viewer: Viewer) -> SafeString:
    return cells.anchor(link("company", viewer.slug, company.api_id), company.name)


NAME: Column[Company] = Column(
    "name", _lazy("Company"), lambda company, viewer: company.name, name_cell, sort="name", css="text"
)


def debtor_cell(company: Any, viewer: Viewer) -> SafeString:
    """On phones, which have no room for more columns, with how late it is."""
    days = company.figures[0].days_late(viewer.today) if company.figures else 0
    late = cells.late(viewer.format.days_late(days)) if days else ""
    return cells.two_lines(link("company", viewer.slug, company.api_id), company.name, late, wraps=True)


PLACE: Column[Company] = Column(
    "place",
    _lazy("Location"),
    lambda company, viewer: ", ".join(filter(None, (company.city, company.country))),
    css="p2",
)
TERMS: Column[Any] = Column(
    "terms",
    _lazy("Payment terms, days"),
    lambda company, viewer: company.terms_days,
    css="num p4",
    kind=Kind.NUMBER,
    optional=True,
    prepare=with_terms,
)
COMPANIES = List(
    columns=(
        replace(NAME, cell=debtor_cell),
        Column(
            "status",
            _lazy("Status"),
            lambda company, viewer: str(COMPANY_WORDS.get(company.status, company.status)),
            lambda company, viewer: cells.company_pill(company.status),
            css="p3",
        ),
        replace(PLACE, css="p4", optional=True),
        text_column("email", _lazy("E-mail"), "email", css="text p4", sort="", optional=True),
        TERMS,
        *figures.COLUMNS,
    ),
    own_columns=lambda viewer: extra_fields.columns(viewer, "companies"),
    filter=DebtorFilter,
    rows=lambda actor: Company.objects.visible_to(actor),
    sort="name",
    caption=_lazy("Companies"),
    empty=_lazy("No companies yet"),
    reads=("name", "status", "city", "country"),
    prepare=figures.with_figures,
    sums=figures.sums,
    notes=figures.notes,
    name="companies",
    exports=True,
    split=figures.by_currency,
)
export = downloads.of(COMPANIES)


@page(Permission.READ)
def companies(request: DeskRequest) -> HttpResponse:
    return answer(request, "companies/list.html", list_page(COMPANIES, request))


@page(Permission.READ)
def company_names(request: DeskRequest) -> HttpResponse:
    """The options of a datalist: names that hold the words typed so far, into a field of either name."""
    words = request.GET.get("company", request.GET.get("source", "")).replace("\x00", "")
    names = Company.objects.visible_to(request.actor).filter(name__folded_contains=words)
    found = names.order_by("name").values_list("name", flat=True)[:SUGGESTED]
    options = options_for(((name, name) for name in found), words)
    return render(request, "forms/_options.html", {"options": options})
