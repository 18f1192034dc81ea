"""The queue of payments by status."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import django_filters
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import ProcessingStatus
from arportal.desk.filters import ListFilter
from arportal.desk.invoice_list import COMPANY, two_lines
from arportal.desk.links import link
from arportal.desk.lists import List, answer
from arportal.desk.markup import markup
from arportal.desk.move_buttons import moves_cell
from arportal.desk.pages import DeskRequest, page
from arportal.desk.statuses import PAYMENT_WORDS, payment_pill, payment_words
from arportal.desk.tables import Column, Seen, date_column, money_column
from arportal.desk.widgets import Input
from arportal.mirror.models import Payment
from arportal.stores.access import Permission
from arportal.stores.models import Membership

SEARCHED = ("company_name", "payer_name", "external_id", "memo")
ALL = "all"
TABS = (
    ProcessingStatus.AWAITING_PROCESSING,
    ProcessingStatus.PROCESSING,
    ProcessingStatus.COMPLETED,
    ProcessingStatus.REFUNDED,
    ProcessingStatus.INCOMPLETE,
)


class PaymentFilter(ListFilter):
    """Without a status the queue shows what waits to be processed."""

    q = django_filters.CharFilter(
        method="matching",
        label=_lazy("Search"),
        widget=Input("search", placeholder=_lazy("Company, payer, memo, number")),
    )
    status = django_filters.ChoiceFilter(
        method="in_status",
        label=_lazy("Status"),
        choices=[(ALL, _lazy("All")), *((int(status), PAYMENT_WORDS[status]) for status in TABS)],
        widget=Input("hidden"),
    )
    without_chip = ("status",)

    class Meta:
        model = Payment
        fields: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, queryset: Any, *, seen: Seen) -> None:
        data = data.copy()
        data.setdefault("status", f"{ProcessingStatus.AWAITING_PROCESSING:d}")
        super().__init__(data, queryset, seen=seen)

    def matching(self, rows: QuerySet[Payment], name: str, words: str) -> QuerySet[Payment]:
        anywhere = Q(api_id=int(words)) if words.isdecimal() and len(words) < 19 else Q()
        for field in SEARCHED:
            anywhere |= Q(**{f"{field}__icontains": words})
        return rows.filter(anywhere)

    def in_status(self, rows: QuerySet[Payment], name: str, status: str) -> QuerySet[Payment]:
        return rows if status == ALL else rows.filter(processing_status=status)


@dataclass(frozen=True, slots=True)
class Tab:
    value: str
    words: str
    count: int
    url: str
    is_current: bool


def number_cell(payment: Payment, seen: Seen) -> SafeString:
    url = link("payment", seen.slug, payment.api_id)
    pill = payment_pill(payment.processing_status)
    return two_lines(url, f"#{payment.api_id}", payment.company_name, pill)


def kind_words(payment: Payment) -> str:
    return _("Offline") if payment.is_offline else _("Online")


def memo_cell(payment: Payment, seen: Seen) -> str:
    """A buyer's payment has no memo of ours: it says where it comes from instead."""
    return payment.memo or markup('<span class="muted">{}</span>', kind_words(payment))


PAYMENTS = List(
    columns=(
        Column("payment", _lazy("Payment"), lambda payment, seen: payment.api_id, number_cell, sort="api_id"),
        COMPANY,
        date_column("recorded", _lazy("Recorded"), "created_at", css="p3"),
        Column("memo", _lazy("Memo"), lambda payment, seen: payment.memo, memo_cell, css="text p4"),
        money_column("total", _lazy("Amount"), lambda row: row.total_money, sort="total"),
        Column(
            "status",
            _lazy("Status"),
            lambda payment, seen: payment_words(payment.processing_status),
            lambda payment, seen: payment_pill(payment.processing_status),
            css="p2",
        ),
        Column(
            *("moves", _lazy("Move to"), lambda payment, seen: "", moves_cell),
            css="num p2",
            needs=Permission.MOVE_PAYMENT,
        ),
    ),
    filter=PaymentFilter,
    rows=lambda actor: Payment.objects.visible_to(actor),
    sort="-recorded",
    caption=_lazy("Payments"),
    empty=_lazy("No payments here"),
    reads=(
        *("company_id", "company_name", "created_at", "memo", "module_name", "currency", "total"),
        *("processing_status", "allowed_statuses"),
    ),
)


@page(Permission.READ)
def payments(request: DeskRequest) -> HttpResponse:
    listed = PAYMENTS.page(request)
    return answer(request, "payments/list.html", listed, tabs=tabs(request.actor, listed.filter))


def tabs(actor: Membership, asked: ListFilter) -> Iterator[Tab]:
    """One tab a status, with how many payments have it; the search words stay when the tab changes."""
    counts, current = status_counts(actor), asked.data.get("status")
    for status in [*(f"{tab:d}" for tab in TABS), ALL]:
        words = _("All") if status == ALL else payment_words(int(status))
        url = f"?{asked.query(status=status).urlencode()}"
        yield Tab(status, words, counts[status], url, status == current)


def status_counts(actor: Membership) -> dict[str, int]:
    """Keys are the tabs as they stand in the address."""
    found = Payment.objects.visible_to(actor).values_list("processing_status").annotate(Count("pk"))
    counts = dict(found.order_by())
    return {f"{tab:d}": counts.get(tab, 0) for tab in TABS} | {ALL: sum(counts.values())}
