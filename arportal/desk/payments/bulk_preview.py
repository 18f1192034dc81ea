"""What a bulk move would do, payment by payment and invoice by invoice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money, ProcessingStatus
from arportal.desk.format.icons import icon
from arportal.desk.format.markup import markup, two_lines
from arportal.desk.format.statuses import PAYMENT_WORDS, payment_pill
from arportal.desk.lists.tables import Column, Table, Viewer, money_column
from arportal.desk.payments.balances import Balance, balances
from arportal.desk.payments.columns import kind_words
from arportal.desk.payments.shown import written
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
    """`status` is None until one is chosen. `seen_before` are the payments of a preview that was refused."""

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
        """As the form of the list sends them."""
        return " ".join(str(payment.api_id) for payment in self.payments)

    @property
    def shown(self) -> str:
        """The payments that would move, as they are shown."""
        return " ".join(f"{payment.api_id}={written(payment)}" for payment in self.moving)

    @cached_property
    def targets(self) -> list[Target]:
        settable = [status for status in ProcessingStatus if status]
        return [
            Target(status, PAYMENT_WORDS[status], len(self._may(status)), status == self.status)
            for status in settable
        ]

    @cached_property
    def outlooks(self) -> list[Outlook]:
        return [] if self.status is None else outlooks(self.viewer.actor, self.payments, self.status)

    @cached_property
    def moving(self) -> list[Payment]:
        return [each.payment for each in self.outlooks if not each.refusal]

    @property
    def staying(self) -> int:
        return len(self.outlooks) - len(self.moving)

    @property
    def to_approve(self) -> int:
        return sum(each.needs_approval for each in self.outlooks if not each.refusal)

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
        """What has changed first, then what stays, then what moves."""
        found = self.outlooks or [Outlook(payment) for payment in self.payments]
        rows = [Row(each, self._changed(each.payment)) for each in found]
        rows.sort(key=lambda row: (not row.changed, not row.outlook.refusal))
        return self.table.body(rows)

    def _may(self, status: ProcessingStatus) -> list[Outlook]:
        return [each for each in outlooks(self.viewer.actor, self.payments, status) if not each.refusal]

    def _changed(self, payment: Payment) -> str:
        before = self.seen_before.get(payment.api_id)
        if before is None or before == Version.of(payment):
            return ""
        return difference(before, payment, "")


def _number(row: Row, viewer: Viewer) -> SafeString:
    payment = row.outlook.payment
    return two_lines(viewer.link("payment", row.api_id), f"#{row.api_id}", payment.company_name)


def _outcome(row: Row, viewer: Viewer) -> SafeString:
    refusal = row.outlook.refusal
    if refusal:
        said = markup('<span class="outcome stays">{} {}</span>', icon("circle-slash", 14), refusal)
    elif row.outlook.needs_approval:
        said = markup('<span class="outcome">{} {}</span>', icon("user-check", 14), _("Waits for approval"))
    else:
        said = markup('<span class="outcome moves">{} {}</span>', icon("arrow-right", 14), _("Will be moved"))
    return markup('{}<span class="under late">{}</span>', said, row.changed) if row.changed else said


COLUMNS: tuple[Column[Any], ...] = (
    Column("payment", _lazy("Payment"), lambda row, viewer: row.api_id, _number),
    Column("company", _lazy("Company"), lambda row, viewer: row.outlook.payment.company_name, css="text p2"),
    Column("kind", _lazy("Kind"), lambda row, viewer: kind_words(row.outlook.payment), css="p3"),
    money_column("total", _lazy("Amount"), lambda row: row.outlook.payment.total_money),
    Column(
        *("status", _lazy("Status"), lambda row, viewer: ""),
        cell=lambda row, viewer: payment_pill(row.outlook.payment.processing_status),
        css="p2",
    ),
    Column("outcome", _lazy("Outcome"), lambda row, viewer: "", _outcome, css="outcomes"),
)
