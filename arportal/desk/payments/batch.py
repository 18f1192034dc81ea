"""The page of payments that are moved together: their outcomes, row by row, until the last has come to its end."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from arportal.b2b import Money
from arportal.desk.format.statuses import payment_words
from arportal.desk.lists import cells
from arportal.desk.lists.batch import Batch, render_batch
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
        return Version.of_before(self.change.before).total


class PaymentBatch(Batch):
    """Payments that are moved to one status."""

    list_name = "payments"
    list_title = _lazy("Payments")
    template = "payments/_batch.html"

    def __init__(self, viewer: Viewer, batch_id: uuid.UUID, changes: Sequence[Change]) -> None:
        super().__init__(viewer.actor, batch_id, changes)
        self.viewer = viewer

    @property
    def title(self) -> str:
        status = payment_words(self.first.payload["status"])
        words = ngettext("%(count)d payment to %(status)s", "%(count)d payments to %(status)s", self.count)
        return words % {"count": self.count, "status": status}

    @property
    def url(self) -> str:
        return batch_link(self.viewer.slug, self.batch_id)

    @property
    def cancel_url(self) -> str:
        return reverse("desk:cancel_batch", args=[self.viewer.slug, self.batch_id])

    @property
    def done_totals(self) -> list[Money]:
        done = [change.before for change in self.changes if change.state == State.APPLIED]
        return list(Money.total(Version.of_before(before).total for before in done).values())

    @property
    def refused_ids(self) -> str:
        return " ".join(str(change.target_id) for change in self.changes if change.state == State.REFUSED)

    @property
    def has_next(self) -> bool:
        """True if the person may try the refused ones again: once all others have come to their end."""
        is_over = self.counts[State.REFUSED] > 0 and not self.is_under_way
        return is_over and may(self.actor, Permission.MOVE_PAYMENT)

    @property
    def unsent(self) -> int:
        return self.counts[State.ASKED] + self.counts[State.WAITING]

    @property
    def may_cancel(self) -> bool:
        allowed = may(self.actor, Permission.MOVE_PAYMENT)
        allowed = allowed and set_status_batch.may_cancel(self.actor, self.first)
        return bool(self.unsent) and allowed

    @cached_property
    def table(self) -> Table[Row]:
        return Table(COLUMNS, self.viewer)

    @property
    def body(self) -> SafeString:
        shown = self.shown
        payments = Payment.objects.visible_to(self.actor).only("api_id", "company_name", "company_id")
        known = payments.by_api_id(change.target_id for change in shown if change.target_id)
        return self.table.body(Row(change, known.get(change.target_id or 0)) for change in shown)


@page(Permission.READ)
def batch(request: DeskRequest, batch: uuid.UUID) -> HttpResponse:
    return render_batch(request, get_batch_or_404(request, batch))


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
    moves = Change.objects.visible_to(actor).under_way().filter(verb=Change.Verb.SET_PAYMENT_STATUS)
    counts = moves.exclude(batch=None).order_by().values_list("batch").annotate(Count("pk"))
    slug = actor.store.slug
    return [{"url": batch_link(slug, batch), "left": left} for batch, left in counts if batch]


def get_batch_or_404(request: DeskRequest, batch: uuid.UUID) -> PaymentBatch:
    changes = list(set_status_batch.moves_in(request.actor, batch))
    if not changes:
        raise Http404(_("There is no such move."))
    return PaymentBatch(viewer_of(request), batch, changes)


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
