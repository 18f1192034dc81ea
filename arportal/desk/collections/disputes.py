"""The disputes: which invoices companies object to, and how that ended."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.collections.filter import OfCompanyFilter
from arportal.desk.forms.widgets import Select
from arportal.desk.ledger.entries import COMPANY, INVOICE, company_cell
from arportal.desk.lists import cells, downloads
from arportal.desk.lists.filters import CurrencyFilter, DayFilter, Group
from arportal.desk.lists.list_page import answer, list_page
from arportal.desk.lists.lists import List
from arportal.desk.lists.tables import Column, Total, Viewer, moment_column, money_column
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror.models import Invoice
from arportal.receivables.models import Dispute
from arportal.stores.access import Permission

OPEN, RESOLVED = "open", "resolved"


class DisputeFilter(OfCompanyFilter):
    state = django_filters.ChoiceFilter(
        method="in_state",
        label=_lazy("State"),
        choices=[(OPEN, _lazy("Open")), (RESOLVED, _lazy("Resolved"))],
        empty_label=_lazy("All"),
        widget=Select,
    )
    reason = django_filters.ChoiceFilter(
        label=_lazy("Reason"), choices=Dispute.Reason.choices, empty_label=_lazy("Any"), widget=Select
    )
    currency = CurrencyFilter()
    opened_from = DayFilter("at", label=_lazy("Opened from"))
    opened_to = DayFilter("at", until=True, label=_lazy("Opened until"))

    panel: ClassVar = (Group(_lazy("Opened"), ("opened_from", "opened_to")),)

    class Meta:
        model = Dispute
        fields: tuple[str, ...] = ()

    def in_state(self, rows: QuerySet[Dispute], name: str, state: str) -> QuerySet[Dispute]:
        return rows.filter(resolved_at__isnull=state == OPEN)


def with_invoices(rows: Sequence[Any], viewer: Viewer) -> None:
    invoices = Invoice.objects.visible_to(viewer.actor).only("api_id", "number")
    numbers = invoices.by_api_id(row.invoice_id for row in rows)
    for row in rows:
        row.invoice = numbers.get(row.invoice_id)


def state_words(dispute: Dispute) -> str:
    return str(_("Open") if dispute.is_open else dispute.get_outcome_display())


def name_cell(dispute: Any, viewer: Viewer) -> SafeString:
    below = (str(dispute.get_reason_display()), state_words(dispute))
    return cells.with_narrow_lines(company_cell(dispute, viewer), below)


def reason_cell(dispute: Dispute, viewer: Viewer) -> SafeString:
    return cells.with_under(cells.markup("{}", dispute.get_reason_display()), dispute.text[:200])


def resolve_cell(dispute: Dispute, viewer: Viewer) -> SafeString | str:
    if not dispute.is_open:
        return cells.BLANK
    url = link("dispute_resolve", viewer.slug, dispute.pk)
    return cells.button_link(url, _("Resolve"), "btn btn-plain btn-sm", viewer.format.amount(dispute.money))


DISPUTES = List(
    columns=(
        replace(INVOICE, css=""),
        replace(COMPANY, cell=name_cell, css=""),
        money_column(
            "amount",
            _lazy("In dispute"),
            lambda dispute: dispute.money,
            sort="amount",
            totals=(Total("amount"),),
        ),
        Column(
            "reason",
            _lazy("Reason"),
            lambda dispute, viewer: str(dispute.get_reason_display()),
            reason_cell,
            css="text p3",
        ),
        Column(
            "state",
            _lazy("State"),
            lambda dispute, viewer: state_words(dispute),
            lambda dispute, viewer: cells.dispute_pill(dispute.outcome),
            css="p2",
        ),
        moment_column("at", _lazy("Opened"), "at", css="p3"),
        moment_column("resolved", _lazy("Resolved"), "resolved_at", css="p4"),
        Column(
            "resolve",
            _lazy("Resolve"),
            lambda dispute, viewer: None,
            resolve_cell,
            needs=Permission.COLLECT,
            exported=False,
        ),
    ),
    filter=DisputeFilter,
    rows=lambda actor: Dispute.objects.visible_to(actor),
    sort="-at",
    caption=_lazy("Disputes"),
    empty=_lazy("No invoice is in dispute"),
    reads=("company_id", "invoice_id", "currency", "amount", "reason", "outcome", "resolved_at", "text"),
    prepare=with_invoices,
    name="disputes",
    exports=True,
    id_field="id",
)
export = downloads.of(DISPUTES)


@page(Permission.READ)
def disputes(request: DeskRequest) -> HttpResponse:
    return answer(request, "collections/disputes.html", list_page(DISPUTES, request))
