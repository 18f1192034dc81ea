"""The list of all invoices, one invoice, and its PDF."""

from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.filters import ListFilter
from arportal.desk.invoice_sheet import sheet_of
from arportal.desk.links import link
from arportal.desk.lists import List, answer
from arportal.desk.markup import escaped, markup
from arportal.desk.pages import DeskRequest, page
from arportal.desk.statuses import invoice_pill
from arportal.desk.tables import Column, Seen, date_column, money_column
from arportal.desk.widgets import Input, Select
from arportal.documents.invoices import PdfUnavailable, store_pdf
from arportal.mirror.models import Invoice, InvoiceState
from arportal.mirror.models.invoices import InvoiceQuerySet
from arportal.stores.access import Permission

SEARCHED = ("number", "purchase_order_number", "order_number", "external_id", "company_name")
UNPAID: tuple[str, str | Promise] = ("unpaid", _lazy("Unpaid"))


class InvoiceFilter(ListFilter):
    q = django_filters.CharFilter(
        method="matching",
        label=_lazy("Search"),
        widget=Input("search", placeholder=_lazy("Number, PO, order, external ID")),
    )
    company = django_filters.CharFilter(
        "company_name", "icontains", label=_lazy("Company"), widget=Input("search")
    )
    status = django_filters.ChoiceFilter(
        method="in_state",
        label=_lazy("Status"),
        choices=[UNPAID, *InvoiceState.choices],
        empty_label=_lazy("Any"),
        widget=Select,
    )
    currency = django_filters.CharFilter(label=_lazy("Currency"), widget=Input("hidden"))

    suggestions: ClassVar = {"company": "company_names"}

    class Meta:
        model = Invoice
        fields: tuple[str, ...] = ()

    def matching(self, rows: QuerySet[Invoice], name: str, words: str) -> QuerySet[Invoice]:
        anywhere = Q()
        for field in SEARCHED:
            anywhere |= Q(**{f"{field}__icontains": words})
        return rows.filter(anywhere)

    def in_state(self, rows: InvoiceQuerySet, name: str, state: str) -> QuerySet[Invoice]:
        if state == UNPAID[0]:
            return rows.outstanding()
        return rows.in_state(InvoiceState(state), self.seen.midnight)


def number_cell(invoice: Invoice, seen: Seen) -> SafeString:
    url = link("invoice", seen.slug, invoice.api_id)
    return two_lines(url, invoice.number, invoice.company_name, _late(invoice, seen))


def number_link(invoice: Invoice, seen: Seen) -> SafeString:
    return two_lines(link("invoice", seen.slug, invoice.api_id), invoice.number, _late(invoice, seen))


def two_lines(url: str, words: str, *under: str) -> SafeString:
    """A link, and below it on narrow screens what their hidden columns would say."""
    below = "".join([f"<div>{escaped(line)}</div>" for line in under if line])
    first = f'<div class="nowrap"><a href="{url}">{escaped(words)}</a></div>'
    return SafeString(f'{first}<div class="under only-narrow">{below}</div>')


def company_cell(row: Any, seen: Seen) -> SafeString:
    url = link("company", seen.slug, row.company_id)
    return markup('<a href="{}" title="{}">{}</a>', url, row.company_name, row.company_name)


def due_cell(invoice: Invoice, seen: Seen) -> SafeString | str:
    due, late = seen.write.day(invoice.due_at), _late(invoice, seen)
    return markup("{} {}", due, late) if late else due


def _late(invoice: Invoice, seen: Seen) -> SafeString | str:
    """`12 days late`, or nothing."""
    days = invoice.days_late(seen.midnight)
    return markup('<span class="late">{}</span>', seen.write.days_late(days)) if days else ""


NUMBER: Column[Invoice] = Column(
    "number", _lazy("Invoice"), lambda invoice, seen: invoice.number, number_cell, sort="number"
)
COMPANY: Column[Any] = Column(
    "company",
    _lazy("Company"),
    lambda row, seen: row.company_name,
    company_cell,
    sort="company_name",
    css="text p2",
)
DUE: Column[Invoice] = Column(
    "due", _lazy("Due"), lambda invoice, seen: invoice.due_at, due_cell, sort="due_at", css="nowrap p2"
)
OPEN: Column[Invoice] = money_column("open", _lazy("Open"), lambda row: row.open_money, sort="open_balance")
FIGURES: tuple[Column[Invoice], ...] = (
    date_column("issued", _lazy("Issued"), "issued_at", css="p3"),
    DUE,
    Column(
        "status",
        _lazy("Status"),
        lambda invoice, seen: str(invoice.state_on(seen.midnight).label),
        lambda invoice, seen: invoice_pill(invoice.state_on(seen.midnight)),
    ),
    money_column(
        "original", _lazy("Original"), lambda row: row.original_money, sort="original_balance", css="num p3"
    ),
    OPEN,
)
READS = (
    *("number", "company_id", "company_name", "status", "issued_at", "due_at"),
    *("currency", "original_balance", "open_balance"),
)
INVOICES = List(
    columns=(NUMBER, COMPANY, *FIGURES),
    filter=InvoiceFilter,
    rows=lambda actor: Invoice.objects.visible_to(actor),
    sort="-issued",
    caption=_lazy("Invoices"),
    empty=_lazy("No invoices yet"),
    reads=READS,
)


@page(Permission.READ)
def invoices(request: DeskRequest) -> HttpResponse:
    return answer(request, "invoices/list.html", INVOICES.page(request))


@page(Permission.READ)
def invoice(request: DeskRequest, invoice_id: int) -> HttpResponse:
    sheet = sheet_of(request.actor, seen_invoice(request, invoice_id))
    return render(request, "invoices/page.html", {"invoice": sheet.invoice, "sheet": sheet})


@page(Permission.READ)
def invoice_pdf(request: DeskRequest, invoice_id: int) -> HttpResponse:
    """The store's own PDF, passed on under a real file name; when there is none, the invoice page says why."""
    invoice = seen_invoice(request, invoice_id)
    try:
        pdf = store_pdf(request.actor, invoice)
    except PdfUnavailable as unavailable:
        found = {"invoice": invoice, "sheet": sheet_of(request.actor, invoice), "problem": str(unavailable)}
        return render(request, "invoices/page.html", found, status=502)
    response = HttpResponse(pdf.content, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(True, pdf.filename)
    return response


def seen_invoice(request: DeskRequest, invoice_id: int) -> Invoice:
    found = Invoice.objects.visible_to(request.actor).filter(api_id=invoice_id).first()
    if found is None:
        raise Http404(_("There is no such invoice."))
    return found
