"""The list of companies, with what each of them owes."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import CompanyStatus, Money
from arportal.desk.format.statuses import COMPANY_WORDS
from arportal.desk.forms.widgets import Input, Select, options_for
from arportal.desk.lists import cells
from arportal.desk.lists.filters import ListFilter
from arportal.desk.lists.list_page import answer, list_page
from arportal.desk.lists.lists import List
from arportal.desk.lists.tables import Column, Kind, Viewer
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror.models import Balances, Company, Invoice
from arportal.stores.access import Permission

SEARCHED = ("name", "email", "phone", "city", "country")
SUGGESTED = 20


class CompanyFilter(ListFilter):
    q = django_filters.CharFilter(
        method="matching",
        label=_lazy("Search"),
        widget=Input("search", placeholder=_lazy("Name, e-mail, phone, location")),
    )
    status = django_filters.ChoiceFilter(
        label=_lazy("Status"),
        choices=[(int(status), COMPANY_WORDS[status]) for status in CompanyStatus],
        empty_label=_lazy("Any"),
        widget=Select,
    )

    class Meta:
        model = Company
        fields: tuple[str, ...] = ()

    def matching(self, rows: QuerySet[Company], name: str, words: str) -> QuerySet[Company]:
        anywhere = Q()
        for field in SEARCHED:
            anywhere |= Q((f"{field}__folded_contains", words))
        return rows.filter(anywhere)


def with_balances(rows: Sequence[Any], viewer: Viewer) -> None:
    """Adds to each company its balances, one a currency: one query for the whole page."""
    invoices = Invoice.objects.visible_to(viewer.actor).filter(company_id__in=[row.api_id for row in rows])
    by_company: dict[int, list[Balances]] = {}
    for sums in invoices.balances("company_id").order_by("currency"):
        by_company.setdefault(sums["company_id"], []).append(Balances.of(sums))
    for row in rows:
        row.balances = by_company.get(row.api_id, [])
        row.owed = [balances.open for balances in row.balances if balances.open]


def name_cell(company: Company, viewer: Viewer) -> SafeString:
    return cells.anchor(link("company", viewer.slug, company.api_id), company.name)


def balance_column(key: str, label: str | Promise, css: str) -> Column[Any]:
    """One of the three figures of the company's balances, a line for each currency."""

    def value(company: Any, viewer: Viewer) -> list[Money]:
        return [getattr(balances, key) for balances in company.balances]

    def cell(company: Any, viewer: Viewer) -> str:
        amounts = value(company, viewer)
        return cells.lines([cells.money(each, viewer.format) if each else cells.NOTHING for each in amounts])

    return Column(key, label, value, cell, css=css, kind=Kind.MONEY)


NAME: Column[Company] = Column(
    "name", _lazy("Company"), lambda company, viewer: company.name, name_cell, sort="name", css="text"
)
PLACE: Column[Company] = Column(
    "place",
    _lazy("Location"),
    lambda company, viewer: ", ".join(filter(None, (company.city, company.country))),
    css="p2",
)
COMPANIES = List(
    columns=(
        NAME,
        Column(
            "status",
            _lazy("Status"),
            lambda company, viewer: str(COMPANY_WORDS.get(company.status, company.status)),
            lambda company, viewer: cells.company_pill(company.status),
            css="p2",
        ),
        PLACE,
        Column("email", _lazy("E-mail"), lambda company, viewer: company.email, css="text p3"),
        balance_column("open", _lazy("Open"), "num"),
        balance_column("credit", _lazy("Credit"), "num p3"),
        balance_column("balance", _lazy("Balance"), "num p2"),
    ),
    filter=CompanyFilter,
    rows=lambda actor: Company.objects.visible_to(actor),
    sort="name",
    caption=_lazy("Companies"),
    empty=_lazy("No companies yet"),
    reads=("name", "status", "city", "country", "email"),
    prepare=with_balances,
)


@page(Permission.READ)
def companies(request: DeskRequest) -> HttpResponse:
    return answer(request, "companies/list.html", list_page(COMPANIES, request))


@page(Permission.READ)
def company_names(request: DeskRequest) -> HttpResponse:
    """The options of a datalist: names that hold the words typed so far."""
    words = request.GET.get("company", "").replace("\x00", "")
    names = Company.objects.visible_to(request.actor).filter(name__folded_contains=words)
    found = names.order_by("name").values_list("name", flat=True)[:SUGGESTED]
    options = options_for(((name, name) for name in found), words)
    return render(request, "forms/_options.html", {"options": options})
