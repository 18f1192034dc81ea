"""The list of orders."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import OrderStatus
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.lists import cells
from arportal.desk.lists.channels import CHANNEL, ChannelFilter
from arportal.desk.lists.companies import CompanyNameFilter, with_companies
from arportal.desk.lists.filters import (
    AmountFilter,
    CurrencyFilter,
    DateFilter,
    DayFilter,
    Group,
    ListFilter,
)
from arportal.desk.lists.list_page import answer, list_page
from arportal.desk.lists.lists import List
from arportal.desk.lists.tables import (
    Column,
    Kind,
    Total,
    Viewer,
    date_column,
    moment_column,
    money_column,
    text_column,
)
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror.ids import ids_in
from arportal.mirror.models import Invoice, Order
from arportal.stores.access import Permission, may

TO_INVOICE, INVOICED = "to-invoice", "invoiced"


class OrderFilter(ListFilter):
    q = django_filters.CharFilter(
        method="matching",
        label=_lazy("Search"),
        widget=Input("search", placeholder=_lazy("Order number, PO")),
    )
    company = CompanyNameFilter()
    status = django_filters.ChoiceFilter(
        "status_code",
        label=_lazy("Status"),
        choices=[(int(each), each.name.replace("_", " ").capitalize()) for each in OrderStatus],
        empty_label=_lazy("Any"),
        widget=Select,
    )
    invoiced = django_filters.ChoiceFilter(
        method="by_invoice",
        label=_lazy("Invoice"),
        choices=[(TO_INVOICE, _lazy("To invoice")), (INVOICED, _lazy("Invoiced"))],
        empty_label=_lazy("Any"),
        widget=Select,
    )
    placed_from = DateFilter("placed_on", "gte", label=_lazy("Placed from"))
    placed_to = DateFilter("placed_on", "lte", label=_lazy("Placed until"))
    changed_from = DayFilter("updated_at", label=_lazy("Changed from"))
    changed_to = DayFilter("updated_at", until=True, label=_lazy("Changed until"))
    total_from = AmountFilter("total", "gte", label=_lazy("Total, from"))
    total_to = AmountFilter("total", "lte", label=_lazy("Total, to"))
    currency = CurrencyFilter()
    channel = ChannelFilter()

    panel: ClassVar = (
        Group(_lazy("Dates"), ("placed_from", "placed_to", "changed_from", "changed_to")),
        Group(_lazy("Amount"), ("total_from", "total_to", "currency")),
        Group(_lazy("Origin"), ("channel",)),
    )

    class Meta:
        model = Order
        fields: tuple[str, ...] = ()

    def matching(self, rows: QuerySet[Order], name: str, words: str) -> QuerySet[Order]:
        by_number = Q(api_id__in=ids_in([words]))
        return rows.filter(by_number | Q(po_number__folded_contains=words))

    def by_invoice(self, rows: QuerySet[Order], name: str, which: str) -> QuerySet[Order]:
        number = Cast(OuterRef("api_id"), TextField())
        invoices = Invoice.objects.filter(store_id=OuterRef("store_id"), order_number=number, gone_at=None)
        if which == INVOICED:
            return rows.filter(Exists(invoices))
        billable = rows.exclude(company_id=None).exclude(status_code=OrderStatus.INCOMPLETE)
        return billable.filter(~Exists(invoices))


def order_cell(order: Any, viewer: Viewer) -> SafeString:
    return cells.two_lines(viewer.link("order", order.api_id), f"#{order.api_id}", order.company_name)


def with_invoices(orders: Sequence[Any], viewer: Viewer) -> None:
    """Adds to each order its invoice: the API says neither in a list of the other."""
    numbers = {str(order.api_id) for order in orders}
    invoices = Invoice.objects.visible_to(viewer.actor).filter(order_number__in=numbers)
    by_order = {
        invoice.order_number: invoice for invoice in invoices.only("api_id", "number", "order_number")
    }
    for order in orders:
        order.invoice = by_order.get(str(order.api_id))


def company_cell(order: Any, viewer: Viewer) -> str:
    if not order.company_name:
        return cells.muted(_("guest or private"))
    return cells.anchor(link("company", viewer.slug, order.company_id), order.company_name)


def invoice_cell(order: Any, viewer: Viewer) -> str:
    if order.invoice is None:
        return ""
    return cells.anchor(link("invoice", viewer.slug, order.invoice.api_id), order.invoice.number)


ORDERS = List(
    name="orders",
    columns=(
        Column(
            "order",
            _lazy("Order"),
            lambda order, viewer: order.api_id,
            order_cell,
            sort="api_id",
            kind=Kind.NUMBER,
            reads=("company_id",),
        ),
        Column(
            "company",
            _lazy("Company"),
            lambda order, viewer: order.company_name,
            company_cell,
            css="text p2",
        ),
        text_column("po", _lazy("PO number"), "po_number", css="text p3"),
        date_column("placed", _lazy("Placed"), "placed_on", css="p2"),
        moment_column("changed", _lazy("Last changed"), "updated_at", optional=True, css="p4"),
        text_column("status", _lazy("Status"), "status", sort="", css="nowrap p3"),
        Column(
            "items",
            _lazy("Items"),
            lambda order, viewer: order.item_count,
            css="num p4",
            kind=Kind.NUMBER,
            reads=("item_count",),
        ),
        replace(CHANNEL, sort="", css="p4"),
        Column(
            "invoice",
            _lazy("Invoice"),
            lambda order, viewer: order.invoice and order.invoice.number,
            invoice_cell,
            css="p2",
            prepare=with_invoices,
        ),
        money_column(
            "total",
            _lazy("Total"),
            lambda row: row.money,
            sort="total",
            reads=("total", "currency"),
            totals=(Total("total"),),
        ),
    ),
    filter=OrderFilter,
    rows=lambda actor: Order.objects.visible_to(actor),
    sort="-placed",
    caption=_lazy("Orders"),
    empty=_lazy("No orders here"),
    reads=("company_id",),
    prepare=with_companies,
    exports=True,
)


@page(Permission.READ)
def orders(request: DeskRequest) -> HttpResponse:
    may_edit = may(request.actor, Permission.EDIT_ORDER)
    return answer(request, "orders/list.html", list_page(ORDERS, request), may_edit=may_edit)
