"""The page of payments that are moved together: their outcomes, row by row, until the last has come to its end."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from arportal.b2b import Money
from arportal.desk.format.statuses import CHANGE_WORDS, payment_words
from arportal.desk.lists import cells
from arportal.desk.lists.lists import viewer_of
from arportal.desk.lists.tables import Column, Table, Viewer, money_column
from arportal.desk.site.links import batch_link, change_link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.mirror.models import Payment
from arportal.receivables.models import Change
from arportal.receivables.payments import set_status_batch
from arportal.receivables.payments.versions import Version
from arportal.stores.access import Permission, may
from arportal.stores.models import Membership

State = Change.State
# What needs a person's eye first, what is done last.
ORDER = (State.REFUSED, State.UNKNOWN, State.SENT, State.WAITING, State.ASKED, State.APPLIED)
# So many rows are shown; of more, the last, which are done or wait their turn, are only counted.
MOST_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Row:
    change: Change
    payment: Payment | None

    @property
    def api_id(self) -> int:
        return self.change.target_id or 0

    @property
    def total(self) -> Money:
        """The payment's amount as it was when the move was asked for."""
        return Version.before(self.change).total


class Batch:
    """The moves of one batch, which has at least one."""

    def __init__(self, viewer: Viewer, changes: Sequence[Change]) -> None:
        self.viewer, self.changes, self.first = viewer, changes, changes[0]
        self.counts = Counter(change.state for change in changes)

    @property
    def title(self) -> str:
        status = payment_words(self.first.payload["status"])
        words = ngettext("%(count)d payment to %(status)s", "%(count)d payments to %(status)s", self.count)
        return words % {"count": self.count, "status": status}

    @property
    def count(self) -> int:
        return len(self.changes)

    @property
    def ended(self) -> int:
        return self.counts[State.APPLIED] + self.counts[State.REFUSED]

    @property
    def is_under_way(self) -> bool:
        return any(self.counts[state] for state in (State.ASKED, State.SENT, State.UNKNOWN))

    @property
    def pause(self) -> int:
        """Seconds until the page looks again: a long table is not fetched every other second."""
        return 2 if self.count <= 100 else 5

    @property
    def states(self) -> list[tuple[str, int]]:
        """The states there are, in words, each with its number of moves."""
        return [
            (str(CHANGE_WORDS[state]), self.counts[state]) for state in reversed(ORDER) if self.counts[state]
        ]

    @property
    def done_totals(self) -> list[Money]:
        done = (Version.before(change).total for change in self.changes if change.state == State.APPLIED)
        return list(Money.total(done).values())

    @property
    def refused_ids(self) -> str:
        return " ".join(str(change.target_id) for change in self.changes if change.state == State.REFUSED)

    @property
    def may_look_again(self) -> bool:
        """True if the person may try the refused ones again: once all others have come to their end."""
        is_over = self.counts[State.REFUSED] > 0 and not self.is_under_way
        return is_over and may(self.viewer.actor, Permission.MOVE_PAYMENT)

    @property
    def unsent(self) -> int:
        return self.counts[State.ASKED] + self.counts[State.WAITING]

    @property
    def may_cancel(self) -> bool:
        actor = self.viewer.actor
        allowed = may(actor, Permission.MOVE_PAYMENT) and set_status_batch.may_cancel(actor, self.first)
        return bool(self.unsent) and allowed

    @cached_property
    def table(self) -> Table[Row]:
        return Table(COLUMNS, self.viewer)

    @property
    def body(self) -> SafeString:
        shown = sorted(self.changes, key=lambda change: ORDER.index(State(change.state)))[:MOST_SHOWN]
        payments = Payment.objects.visible_to(self.viewer.actor).only("api_id", "company_name", "company_id")
        known = payments.by_api_id(change.target_id for change in shown if change.target_id)
        return self.table.body(Row(change, known.get(change.target_id or 0)) for change in shown)

    @property
    def not_shown(self) -> int:
        return max(self.count - MOST_SHOWN, 0)


@page(Permission.READ)
def batch(request: DeskRequest, batch: uuid.UUID) -> HttpResponse:
    template = "payments/_batch.html" if request.htmx else "payments/batch.html"
    return render(request, template, {"batch": get_batch_or_404(request, batch), "batch_id": batch})


@page(Permission.MOVE_PAYMENT, methods=("POST",))
def cancel_batch(request: DeskRequest, batch: uuid.UUID) -> HttpResponse:
    get_batch_or_404(request, batch)
    dropped = set_status_batch.cancel(request.actor, batch)
    words = ngettext(
        "%(count)d move was cancelled before it was sent.",
        "%(count)d moves were cancelled before they were sent.",
        dropped,
    )
    messages.info(request, words % {"count": dropped} if dropped else _("All moves had been sent already."))
    return SeeOther(batch_link(request.store.slug, batch))


def running(actor: Membership) -> list[dict[str, Any]]:
    """The batches that are not at their end: the page of each, and how many moves are left."""
    states = (State.ASKED, State.SENT, State.UNKNOWN)
    moves = Change.objects.visible_to(actor).filter(verb=Change.Verb.SET_PAYMENT_STATUS, state__in=states)
    counts = moves.exclude(batch=None).order_by().values_list("batch").annotate(Count("pk"))
    slug = actor.store.slug
    return [{"url": batch_link(slug, batch), "left": left} for batch, left in counts if batch]


def get_batch_or_404(request: DeskRequest, batch: uuid.UUID) -> Batch:
    changes = list(set_status_batch.moves_in(request.actor, batch))
    if not changes:
        raise Http404(_("There is no such move."))
    return Batch(viewer_of(request), changes)


def number_cell(row: Row, viewer: Viewer) -> SafeString:
    url = viewer.link("payment", row.api_id)
    return cells.two_lines(url, f"#{row.api_id}", company_name(row, viewer))


def company_name(row: Row, viewer: Viewer) -> str:
    return row.payment.company_name if row.payment else _("no longer at the store")


def outcome_cell(row: Row, viewer: Viewer) -> SafeString:
    pill = cells.change_pill(row.change.state)
    if not row.change.error:
        return pill
    details = cells.anchor(change_link(viewer.slug, row.change.pk), _("Details"))
    return cells.with_under(pill, cells.markup("{} {}", row.change.error, details))


COLUMNS: tuple[Column[Any], ...] = (
    Column("payment", _lazy("Payment"), lambda row, viewer: row.api_id, number_cell),
    Column("company", _lazy("Company"), company_name, css="text p2"),
    money_column("total", _lazy("Amount"), lambda row: row.total),
    Column(
        "was",
        _lazy("From"),
        lambda row, viewer: payment_words(row.change.before["status"]),
        css="nowrap p2",
    ),
    Column("outcome", _lazy("Outcome"), lambda row, viewer: "", outcome_cell, css="outcomes"),
)
