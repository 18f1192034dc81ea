"""The first page of a store: what is open, what is late, and what waits for somebody."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.b2b import Money, ProcessingStatus
from arportal.desk.invoices.list import COMPANY, DUE, NUMBER, OPEN
from arportal.desk.lists.lists import viewer_of
from arportal.desk.lists.tables import Table
from arportal.desk.site.links import change_link, link
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror.models import Balances, Invoice, Payment
from arportal.mirror.models.balances import OWED
from arportal.receivables.models import Change
from arportal.receivables.reconciliation.repairing import to_repair
from arportal.stores.access import Permission, may
from arportal.stores.models import Membership

LATE_COLUMNS = (NUMBER, COMPANY, DUE, OPEN)


@dataclass(frozen=True, slots=True)
class Position:
    """The balances in one currency. Positions of different currencies are never added."""

    currency: str
    balances: Balances
    open_count: int
    overdue: Money
    overdue_count: int


@dataclass(frozen=True, slots=True)
class ToDo:
    count: int
    words: str
    icon: str
    url: str


@page(Permission.READ)
def overview(request: DeskRequest) -> HttpResponse:
    request.session["store"] = request.store.slug
    today = request.store.today(timezone.now())
    by_currency = list(positions(request.actor, today))
    context = {
        "positions": by_currency,
        "to_do": [item for item in to_dos(request.actor, by_currency) if item.count],
        "longest": longest_overdue(request, today),
    }
    return render(request, "overview/page.html", context)


def longest_overdue(request: DeskRequest, today: dt.date) -> dict[str, Any]:
    """The few invoices that have been due for the longest time, as table parts."""
    late = Invoice.objects.visible_to(request.actor).overdue(today).defer("raw")
    table = Table.for_viewer(LATE_COLUMNS, viewer_of(request))
    return {"head": table.plain_head(), "body": table.body(late.order_by("due_on", "api_id")[:8])}


def positions(actor: Membership, today: dt.date) -> Iterator[Position]:
    """One position per currency, the largest number of open invoices first."""
    late = OWED & Q(due_on__lt=today)
    rows = (
        Invoice.objects.visible_to(actor)
        .balances()
        .annotate(
            open_count=Count("pk", filter=OWED),
            late=Sum("balance", filter=late),
            late_count=Count("pk", filter=late),
        )
        .order_by("-open_count", "currency")
    )
    for row in rows:
        yield Position(
            currency=row["currency"],
            balances=Balances.of(row),
            open_count=row["open_count"],
            overdue=Money(row["late"] or Decimal(0), row["currency"]),
            overdue_count=row["late_count"],
        )


def to_dos(actor: Membership, by_currency: list[Position]) -> Iterator[ToDo]:
    """The work that waits for somebody; also that of which there is none."""
    slug = actor.store.slug
    statuses = Payment.objects.visible_to(actor).values_list("processing_status").annotate(Count("pk"))
    waiting = dict(statuses.order_by())
    queue, invoices = link("payments", slug), link("invoices", slug)
    yield ToDo(
        waiting.get(ProcessingStatus.AWAITING_PROCESSING, 0),
        _("Payments awaiting processing"),
        "hourglass",
        f"{queue}?status={ProcessingStatus.AWAITING_PROCESSING:d}",
    )
    yield ToDo(
        waiting.get(ProcessingStatus.PROCESSING, 0),
        _("Payments being processed"),
        "loader",
        f"{queue}?status={ProcessingStatus.PROCESSING:d}",
    )
    late = sum(position.overdue_count for position in by_currency)
    yield ToDo(late, _("Invoices overdue"), "clock-alert", f"{invoices}?status=overdue&sort=due")
    being_confirmed = Change.objects.visible_to(actor).under_way().order_by("-asked_at")
    if newest := being_confirmed.first():  # It opens, the rest follow one by one.
        yield ToDo(
            being_confirmed.count(),
            _("Changes being confirmed"),
            "refresh-cw",
            change_link(slug, newest.pk),
        )
    if may(actor, Permission.REPAIR):
        yield ToDo(to_repair(actor).count(), _("Payments to repair"), "wrench", link("repairs", slug))
