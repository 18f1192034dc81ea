"""The promises to pay, with what became of them."""

from dataclasses import replace
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.collections.filter import OfCompanyFilter
from arportal.desk.companies.collections import bring_promises_up_to_date
from arportal.desk.forms.widgets import Select
from arportal.desk.ledger.entries import COMPANY, company_cell
from arportal.desk.lists import cells, downloads
from arportal.desk.lists.filters import CurrencyFilter, DateFilter, Group
from arportal.desk.lists.list_page import answer, list_page
from arportal.desk.lists.lists import List
from arportal.desk.lists.tables import Column, Total, Viewer, date_column, moment_column, money_column
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.receivables.models import PromiseToPay
from arportal.stores.access import Permission

# A choice of states: what was promised and did not come.
NOT_KEPT = "not-kept"


class PromiseFilter(OfCompanyFilter):
    state = django_filters.ChoiceFilter(
        method="in_state",
        label=_lazy("State"),
        choices=[*PromiseToPay.State.choices, (NOT_KEPT, _lazy("Broken or part kept"))],
        empty_label=_lazy("All"),
        widget=Select,
    )
    currency = CurrencyFilter()
    by_from = DateFilter("pay_by", "gte", label=_lazy("By, from"))
    by_to = DateFilter("pay_by", "lte", label=_lazy("By, until"))

    panel: ClassVar = (Group(_lazy("Promised for"), ("by_from", "by_to")),)

    class Meta:
        model = PromiseToPay
        fields: tuple[str, ...] = ()

    def in_state(self, rows: QuerySet[PromiseToPay], name: str, state: str) -> QuerySet[PromiseToPay]:
        states = PromiseToPay.NOT_KEPT if state == NOT_KEPT else (state,)
        return rows.filter(state__in=states)


def name_cell(promise: Any, viewer: Viewer) -> SafeString:
    below = (viewer.format.date(promise.pay_by), str(promise.get_state_display()))
    return cells.with_narrow_lines(company_cell(promise, viewer), below)


def amount_cell(promise: PromiseToPay, viewer: Viewer) -> SafeString:
    amount = cells.money(promise.money, viewer.format)
    if not promise.paid:
        return amount
    words = _("%(amount)s paid") % {"amount": viewer.format.amount(promise.paid_money)}
    return cells.with_under(amount, words)


def withdraw_cell(promise: PromiseToPay, viewer: Viewer) -> SafeString | str:
    if promise.state != PromiseToPay.State.OPEN:
        return cells.BLANK
    url = link("promise_withdraw", viewer.slug, promise.pk)
    about = viewer.format.amount(promise.money)
    return cells.button_link(url, _("Withdraw"), "btn btn-plain btn-sm", about)


PROMISES = List(
    columns=(
        replace(COMPANY, cell=name_cell, css=""),
        date_column("by", _lazy("Promised for"), "pay_by", css="p2"),
        replace(
            money_column(
                "amount",
                _lazy("Amount"),
                lambda promise: promise.money,
                sort="amount",
                totals=(Total("amount"),),
            ),
            cell=amount_cell,
        ),
        Column(
            "state",
            _lazy("State"),
            lambda promise, viewer: str(promise.get_state_display()),
            lambda promise, viewer: cells.promise_pill(promise.state),
            css="p2",
        ),
        Column("text", _lazy("What was said"), lambda promise, viewer: promise.text, css="text p3"),
        moment_column("at", _lazy("Written down"), "at", css="p4"),
        Column(
            "withdraw",
            _lazy("Withdraw"),
            lambda promise, viewer: None,
            withdraw_cell,
            needs=Permission.COLLECT,
            exported=False,
        ),
    ),
    filter=PromiseFilter,
    rows=lambda actor: PromiseToPay.objects.visible_to(actor),
    sort="-by",
    caption=_lazy("Promises to pay"),
    empty=_lazy("No promise has been written down"),
    reads=("company_id", "currency", "amount", "paid", "state", "pay_by", "text"),
    name="promises",
    exports=True,
    id_field="id",
)
export = downloads.of(PROMISES)


@page(Permission.READ)
def promises(request: DeskRequest) -> HttpResponse:
    bring_promises_up_to_date(request)
    return answer(request, "collections/promises.html", list_page(PROMISES, request))
