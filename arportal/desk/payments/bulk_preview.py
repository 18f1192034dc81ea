"""The preview of a bulk move, payment by payment and invoice by invoice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money, ProcessingStatus
from arportal.desk.format.statuses import PAYMENT_WORDS
from arportal.desk.lists import cells
from arportal.desk.lists.tables import Column, Table, Viewer, money_column
from arportal.desk.payments.balances import Balance, balances
from arportal.desk.payments.columns import kind_words
from arportal.desk.payments.forms import sealed_versions
from arportal.mirror.models import Payment
from arportal.receivables.payments.previews import preview_statuses
from arportal.receivables.payments.set_status_batch import Outlook, outlooks
from arportal.receivables.payments.versions import Version, difference


@dataclass(frozen=True, slots=True)
class Target:
    """A status to move to, and how many of the payments may."""

    status: int
    words: str | Promise
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A payment, what would become of it, and what has changed since the last preview."""

    outlook: Outlook
    changed: str

    @property
    def api_id(self) -> int:
        return self.outlook.payment.api_id


class Preview:
    """The selected payments and what would become of them. `status` is None until one is chosen; `seen_before` are
    the payments of a preview that was refused."""

    def __init__(
        self,
        viewer: Viewer,
        payments: Sequence[Payment],
        status: ProcessingStatus | None,
        seen_before: Mapping[int, Version] | None = None,
    ) -> None:
        self.viewer, self.payments, self.status = viewer, payments, status
        self.seen_before = seen_before or {}

    @property
    def ids(self) -> str:
        """The payments as the form of the list sends them."""
        return " ".join(str(payment.api_id) for payment in self.payments)

    @property
    def seen(self) -> str:
        """The payments that would move, as they are shown, sealed."""
        return sealed_versions(self.moving)

    @cached_property
    def targets(self) -> list[Target]:
        targets = []
        for status in filter(None, ProcessingStatus):
            movable = [
                outlook
                for outlook in outlooks(self.viewer.actor, self.payments, status)
                if not outlook.refusal
            ]
            targets.append(Target(status, PAYMENT_WORDS[status], len(movable), status == self.status))
        return targets

    @cached_property
    def outlooks(self) -> list[Outlook]:
        return [] if self.status is None else outlooks(self.viewer.actor, self.payments, self.status)

    @cached_property
    def moving(self) -> list[Payment]:
        return [outlook.payment for outlook in self.outlooks if not outlook.refusal]

    @property
    def staying(self) -> int:
        return len(self.outlooks) - len(self.moving)

    @property
    def to_approve(self) -> int:
        return sum(outlook.needs_approval for outlook in self.outlooks if not outlook.refusal)

    @property
    def totals(self) -> list[Money]:
        return list(Money.total(payment.total_money for payment in self.moving).values())

    @property
    def selected_totals(self) -> list[Money]:
        return list(Money.total(payment.total_money for payment in self.payments).values())

    @cached_property
    def balances(self) -> list[Balance]:
        if self.status is None:
            return []
        effects = preview_statuses(self.viewer.actor, self.moving, self.status)
        return balances(effects, self.viewer.today)

    @property
    def is_refund(self) -> bool:
        return self.status == ProcessingStatus.REFUNDED

    @property
    def table(self) -> Table[Row]:
        return Table(COLUMNS if self.outlooks else COLUMNS[:-1], self.viewer)

    @property
    def body(self) -> SafeString:
        """The rows: what has changed first, then what stays, then what moves."""
        rows = []
        for outlook in self.outlooks or [Outlook(payment) for payment in self.payments]:
            before, changed = self.seen_before.get(outlook.payment.api_id), ""
            if before is not None and before != Version.of(outlook.payment):
                changed = difference(before, outlook.payment, "")
            rows.append(Row(outlook, changed))
        rows.sort(key=lambda row: (not row.changed, not row.outlook.refusal))
        return self.table.body(rows)


def number_cell(row: Row, viewer: Viewer) -> SafeString:
    payment = row.outlook.payment
    return cells.two_lines(viewer.link("payment", row.api_id), f"#{row.api_id}", payment.company_name)


def outcome_cell(row: Row, viewer: Viewer) -> SafeString:
    if row.outlook.refusal:
        outcome = cells.outcome("circle-slash", row.outlook.refusal, "stays")
    elif row.outlook.needs_approval:
        outcome = cells.outcome("user-check", _("Waits for approval"))
    else:
        outcome = cells.outcome("arrow-right", _("Will be moved"), "moves")
    return cells.with_under(outcome, row.changed, "under late") if row.changed else outcome


COLUMNS: tuple[Column[Any], ...] = (
    Column("payment", _lazy("Payment"), lambda row, viewer: row.api_id, number_cell),
    Column("company", _lazy("Company"), lambda row, viewer: row.outlook.payment.company_name, css="text p2"),
    Column("kind", _lazy("Kind"), lambda row, viewer: kind_words(row.outlook.payment), css="p3"),
    money_column("total", _lazy("Amount"), lambda row: row.outlook.payment.total_money),
    Column(
        "status",
        _lazy("Status"),
        lambda row, viewer: "",
        lambda row, viewer: cells.payment_pill(row.outlook.payment.processing_status),
        css="p2",
    ),
    Column("outcome", _lazy("Outcome"), lambda row, viewer: "", outcome_cell, css="outcomes"),
)
