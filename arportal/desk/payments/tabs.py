"""The tabs of the queue: one a status, with how many payments have it and what they sum up to."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, Case, Count, Sum, Value, When
from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.desk.format.statuses import payment_words
from arportal.desk.lists.list_query import ListQuery
from arportal.desk.payments.filter import ALL, TABS, PaymentFilter
from arportal.mirror.models.payments import COUNTS

# How many lines of sums a tab has room for.
LINES = 3


@dataclass(frozen=True, slots=True)
class Sums:
    """A Money a currency, that of the most payments first; `words` say of which payments, if not of all."""

    words: str
    totals: Sequence[Money]
    lines: int

    @property
    def first_totals(self) -> Sequence[Money]:
        """As many as there is room for; of more currencies, a line says how many."""
        return self.totals if len(self.totals) <= self.lines else self.totals[: self.lines - 1]

    @property
    def more(self) -> int:
        return len(self.totals) - len(self.first_totals)


@dataclass(frozen=True, slots=True)
class Tab:
    value: str
    words: str
    count: int
    sums: Sequence[Sums]
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The payments of one status and currency that lower balances, or those that do not."""

    status: int
    counts: bool
    count: int
    total: Money


def tabs(list_query: ListQuery) -> Iterator[Tab]:
    """In one query. Search words and filters count on every tab, and stay when the tab changes."""
    found, current = _found(list_query.filter), list_query.filter.data.get("status")
    for status in [*(f"{tab:d}" for tab in TABS), ALL]:
        words = _("All") if status == ALL else payment_words(int(status))
        rows = [each for each in found if status in (ALL, str(each.status))]
        sums = _apart(rows) if status == ALL else [Sums("", _totals(rows), LINES)]
        url = f"?{list_query.address(status=status, sort=list_query.given_sort)}"
        yield Tab(status, words, sum(each.count for each in rows), sums, url, status == current)


def _apart(rows: Sequence[Found]) -> list[Sums]:
    """Nobody has received what is incomplete or refunded: it is not added to what is."""
    counted = Sums(_("counted"), _totals([each for each in rows if each.counts]), LINES - 1)
    others = Sums(_("not counted"), _totals([each for each in rows if not each.counts]), LINES - 1)
    return [each for each in (counted, others) if each.totals]


def _totals(rows: Sequence[Found]) -> list[Money]:
    """That of the most payments first."""
    counts: Counter[str] = Counter()
    for each in rows:
        counts[each.total.currency] += each.count
    totals = Money.total(each.total for each in rows)
    return sorted(totals.values(), key=lambda total: (-counts[total.currency], total.currency))


def _found(chosen: PaymentFilter) -> list[Found]:
    counts = Case(When(COUNTS, then=Value(True)), default=Value(False), output_field=BooleanField())
    rows = chosen.in_any_status.order_by().values_list("processing_status", counts, "currency")
    sums = rows.annotate(count=Count("*"), sum=Sum("total"))
    return [
        Found(status, is_counted, count, Money(total, currency))
        for status, is_counted, currency, count, total in sums
    ]
