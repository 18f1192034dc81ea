"""The companies, and one company: its details, invoices, payments and payment methods."""

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import CompanyStatus, Money
from arportal.desk.format.formats import NOTHING
from arportal.desk.format.markup import markup
from arportal.desk.format.statuses import COMPANY_WORDS, company_pill
from arportal.desk.forms.widgets import Input, Select, datalist
from arportal.desk.invoices.filter import InvoiceFilter
from arportal.desk.invoices.list import FIGURES, READS, number_link
from arportal.desk.lists.filters import ListFilter
from arportal.desk.lists.list_page import answer, list_page
from arportal.desk.lists.lists import List, viewer_of
from arportal.desk.lists.tables import Column, Kind, Pick, Viewer
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror.models import Balances, Company, CompanyMethod, CreditTerms, Invoice, Payment
from arportal.mirror.sync.credit_terms import CREDIT, TERMS, switched_off
from arportal.stores.access import Permission, may

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
            anywhere |= Q(**{f"{field}__folded_contains": words})
        return rows.filter(anywhere)


class ItsInvoiceFilter(InvoiceFilter):
    """The company is given."""

    company = None
    suggestions: ClassVar[dict[str, str]] = {}


def with_balances(rows: Sequence[Any], viewer: Viewer) -> None:
    """Adds to each company its balances, one a currency: one query for the whole page."""
    its = Invoice.objects.visible_to(viewer.actor).filter(company_id__in=[row.api_id for row in rows])
    balances: dict[int, list[Balances]] = {}
    for found in its.balances("company_id").order_by("currency"):
        balances.setdefault(found["company_id"], []).append(Balances.of(found))
    for row in rows:
        row.balances = balances.get(row.api_id, [])
        row.owed = [each.open for each in row.balances if each.open]


def name_cell(company: Company, viewer: Viewer) -> SafeString:
    return markup('<a href="{}">{}</a>', link("company", viewer.slug, company.api_id), company.name)


def balance_column(key: str, label: str | Promise, css: str) -> Column[Any]:
    """One of the three figures of the company's balances, a line for each currency."""

    def value(company: Any, viewer: Viewer) -> list[Money]:
        return [getattr(each, key) for each in company.balances]

    def cell(company: Any, viewer: Viewer) -> str:
        figures = ((viewer.format.money(each) if each else NOTHING,) for each in value(company, viewer))
        return format_html_join("", '<span class="d-block">{}</span>', figures) or NOTHING

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
            lambda company, viewer: company_pill(company.status),
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
ITS_INVOICES = List(
    columns=(
        Column(
            "number", _lazy("Invoice"), lambda invoice, viewer: invoice.number, number_link, sort="number"
        ),
        *FIGURES,
    ),
    filter=ItsInvoiceFilter,
    rows=lambda actor: Invoice.objects.visible_to(actor),
    sort="-issued",
    caption=_lazy("Invoices of the company"),
    empty=_lazy("This company has no invoices"),
    reads=READS,
    size=25,
    pick=Pick("pick", Permission.RECORD_PAYMENT, lambda invoice: invoice.is_owed),
)


@page(Permission.READ)
def companies(request: DeskRequest) -> HttpResponse:
    return answer(request, "companies/list.html", list_page(COMPANIES, request))


@page(Permission.READ)
def company_names(request: DeskRequest) -> HttpResponse:
    """Options for a datalist: names that hold the words typed so far."""
    words = request.GET.get("company", "").replace("\x00", "")
    names = Company.objects.visible_to(request.actor).filter(name__folded_contains=words)
    found = names.order_by("name").values_list("name", flat=True)[:SUGGESTED]
    return HttpResponse(datalist(((name, name) for name in found), words))


@page(Permission.READ)
def company(request: DeskRequest, company_id: int) -> HttpResponse:
    found = get_company_or_404(request, company_id)
    its_invoices = Invoice.objects.visible_to(request.actor).filter(company_id=company_id)
    return answer(
        request,
        "companies/page.html",
        list_page(ITS_INVOICES, request, its_invoices),
        **facts(request, found),
    )


def facts(request: DeskRequest, company: Company) -> dict[str, Any]:
    """What the company's page shows beside its invoices."""
    with_balances([company], viewer_of(request))
    payments = Payment.objects.visible_to(request.actor).filter(company_id=company.api_id).defer("raw")
    off = switched_off(request.store.pk)
    methods = CompanyMethod.objects.visible_to(request.actor).filter(company_id=company.api_id)
    return {
        "company": company,
        "terms": CreditTerms.objects.visible_to(request.actor).filter(api_id=company.api_id).first(),
        "credit_is_off": CREDIT in off,
        "terms_are_off": TERMS in off,
        "payments": payments.order_by("-created_at", "-api_id")[:5],
        "methods": methods.order_by("title"),
        "switched_on": {method.code for method in methods if method.is_enabled},
        "change_id": uuid.uuid4(),
        "may_record": may(request.actor, Permission.RECORD_PAYMENT),
        "may_switch": may(request.actor, Permission.SWITCH_METHODS),
    }


def get_company_or_404(request: DeskRequest, company_id: int) -> Company:
    found = Company.objects.visible_to(request.actor).filter(api_id=company_id).first()
    if found is None:
        raise Http404(_("There is no such company."))
    return found
