"""The list of money on account."""

from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms.widgets import Input, Select
from arportal.desk.ledger.entries import COMPANY
from arportal.desk.lists import cells, downloads
from arportal.desk.lists.companies import CompanyNameFilter
from arportal.desk.lists.filters import CurrencyFilter, DateFilter, Group, ListFilter
from arportal.desk.lists.list_page import answer, list_page
from arportal.desk.lists.lists import List
from arportal.desk.lists.tables import Column, Total, Viewer, date_column, money_column, text_column
from arportal.desk.site.pages import DeskRequest, page
from arportal.receivables.models import OnAccount, OnAccountQuerySet
from arportal.receivables.models.on_account import left_amount
from arportal.stores.access import Permission

LEFT, USED = "left", "used"


class OnAccountFilter(ListFilter):
    q = django_filters.CharFilter(
        method="matching",
        label=_lazy("Search"),
        widget=Input("search", placeholder=_lazy("Reference, payer")),
    )
    company = CompanyNameFilter()
    state = django_filters.ChoiceFilter(
        method="in_state",
        label=_lazy("State"),
        choices=[(LEFT, _lazy("Something is left")), (USED, _lazy("Nothing is left"))],
        empty_label=_lazy("All"),
        widget=Select,
    )
    received_from = DateFilter("received_on", "gte", label=_lazy("From"))
    received_to = DateFilter("received_on", "lte", label=_lazy("Until"))
    currency = CurrencyFilter()

    panel: ClassVar = (Group(_lazy("Received"), ("received_from", "received_to")),)

    class Meta:
        model = OnAccount
        fields: tuple[str, ...] = ()

    def matching(self, rows: QuerySet[OnAccount], name: str, words: str) -> QuerySet[OnAccount]:
        return rows.filter(Q(reference__folded_contains=words) | Q(payer_name__folded_contains=words))

    def in_state(self, rows: OnAccountQuerySet, name: str, state: str) -> OnAccountQuerySet:
        return rows.unapplied() if state == LEFT else rows.with_left().filter(("left__lte", 0))


def with_left(rows: Sequence[Any], viewer: Viewer) -> None:
    """Adds to each row what is left of it."""
    known = OnAccount.objects.visible_to(viewer.actor).with_left().in_bulk([row.pk for row in rows])
    for row in rows:
        row.left = known[row.pk].left


def money_cell(row: Any, viewer: Viewer) -> SafeString:
    name = row.company_named.name if row.company_named else ""
    return cells.two_lines(viewer.link("on_account_money", row.pk), row.reference or f"#{row.pk}", name)


ON_ACCOUNT = List(
    columns=(
        Column(
            "reference",
            _lazy("Reference"),
            lambda row, viewer: row.reference or f"#{row.pk}",
            money_cell,
            sort="reference",
        ),
        COMPANY,
        date_column("received", _lazy("Received"), "received_on"),
        text_column("payer", _lazy("Payer"), "payer_name", css="text p4"),
        text_column("reason", _lazy("Reason"), "reason", css="text p4", sort=""),
        money_column("amount", _lazy("Amount"), lambda row: row.money, css="num p2"),
        money_column("left", _lazy("On account"), lambda row: row.left_money, totals=(Total(left_amount()),)),
    ),
    filter=OnAccountFilter,
    rows=lambda actor: OnAccount.objects.visible_to(actor),
    sort="-received",
    caption=_lazy("Money on account"),
    empty=_lazy("Nothing was received on account yet"),
    reads=("company_id", "currency", "amount", "reference"),
    prepare=with_left,
    name="on_account",
    exports=True,
    id_field="id",
)
export = downloads.of(ON_ACCOUNT)


@page(Permission.READ)
def on_account(request: DeskRequest) -> HttpResponse:
    return answer(request, "on_account/list.html", list_page(ON_ACCOUNT, request))
