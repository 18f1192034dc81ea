"""The progress of an import, and the outcome of its lines."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet, Sum

from arportal.b2b import Money
from arportal.receivables.models import Change, Import, ImportRow

State = ImportRow.State
# Of Changes that are at their end, or wait for a second person.
SETTLED = (Change.State.APPLIED, Change.State.REFUSED, Change.State.WAITING)


@dataclass(frozen=True, slots=True)
class Progress:
    """Lines by their state, the sums of each by currency, and Changes by theirs."""

    lines: dict[str, int]
    sums: dict[str, list[Money]]
    changes: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.lines.values())

    @property
    def settled(self) -> int:
        """Changes that are at their end, or wait for a second person."""
        return sum(self.changes.get(state, 0) for state in SETTLED)

    @property
    def asked(self) -> int:
        """Lines that are or become Changes."""
        return self.lines.get(State.READY, 0) + self.lines.get(State.ASKED, 0)

    @property
    def percent(self) -> int:
        return self.settled * 100 // self.asked if self.asked else 100

    @property
    def refused(self) -> int:
        return self.lines.get(State.REFUSED, 0) + self.changes.get(Change.State.REFUSED, 0)


def progress_of(shown: Import) -> Progress:
    rows = ImportRow.objects.filter(of=shown)
    lines: Counter[str] = Counter()
    sums: dict[str, list[Money]] = {}
    counted = rows.order_by("state", "currency").values("state", "currency")
    for group in counted.annotate(count=Count("pk"), amount=Sum("amount")):
        lines[group["state"]] += group["count"]
        # A line has a currency only together with an amount.
        if group["currency"]:
            amount = Money(group["amount"], group["currency"])
            sums.setdefault(group["state"], []).append(amount)
    changes = Change.objects.filter(batch=shown.pk).order_by("state").values("state")
    by_state = {group["state"]: group["count"] for group in changes.annotate(count=Count("pk"))}
    return Progress(dict(lines), sums, by_state)


def refused_changes(shown: Import) -> dict[object, str]:
    """Id of a Change that was refused → the reason."""
    refused = Change.objects.filter(batch=shown.pk, state=Change.State.REFUSED)
    return dict(refused.values_list("pk", "error"))


def rows_to_correct(shown: Import) -> QuerySet[ImportRow]:
    """Lines that were refused, here or by the store."""
    rows = ImportRow.objects.filter(of=shown)
    by_store = Q(change_id__in=list(refused_changes(shown)))
    return rows.filter(Q(state=State.REFUSED) | by_store).order_by("line")


def with_reasons(shown: Import, rows: QuerySet[ImportRow]) -> Iterator[tuple[ImportRow, str]]:
    reasons = refused_changes(shown)
    for row in rows.iterator(chunk_size=2_000):
        yield row, reasons.get(row.change_id, row.reason)
