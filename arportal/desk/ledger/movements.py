"""What moved the balance of one invoice, from its issue to today."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Sum
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money
from arportal.desk.ledger.entries import BALANCE, CAUSE, DAY, MOVED, with_sources
from arportal.desk.lists.tables import Column, Table, Viewer
from arportal.mirror.models import Invoice
from arportal.receivables.ledger.build import built_ledger
from arportal.receivables.models import LedgerEntry

MOST = 200
COLUMNS: tuple[Column[Any], ...] = (
    DAY,
    CAUSE,
    MOVED,
    replace(BALANCE, label=_lazy("Balance")),
)


@dataclass(frozen=True)
class Movements:
    """The latest entries, the first of them first. `is_cut`: there are earlier ones. `is_built` is false while the
    store's ledger is not complete: then nothing is said."""

    is_built: bool
    table: Table[LedgerEntry]
    entries: Sequence[LedgerEntry]
    is_cut: bool = False

    @property
    def head(self) -> SafeString:
        return self.table.plain_head()

    @property
    def body(self) -> SafeString:
        return self.table.body(self.entries)


def movements(invoice: Invoice, viewer: Viewer) -> Movements:
    table = Table.for_viewer(COLUMNS, viewer)
    if built_ledger(viewer.actor.store) is None:
        return Movements(False, table, [])
    posted = LedgerEntry.objects.visible_to(viewer.actor).filter(invoice_id=invoice.api_id)
    latest: list[Any] = list(posted.order_by("-effective_on", "-id")[: MOST + 1])
    balance = posted.aggregate(balance=Sum("amount"))["balance"]
    for entry in latest:
        entry.balance_after = Money(balance, entry.currency)
        balance -= entry.amount
    shown = latest[:MOST][::-1]
    with_sources(shown, viewer)
    return Movements(True, table, shown, is_cut=len(latest) > MOST)
