"""The tabs of the queue: one a status, with how many payments have it and what they sum up to."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, Case, Count, Sum, Value, When
from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.desk.format.statuses import payment_words
from arportal.desk.lists.lists import ListQuery
from arportal.desk.payments.filter import ALL, TABS, PaymentFilter
from arportal.mirror.models.payments import COUNTS

# How many lines of sums a tab has room for.
LINES = 3


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums of one tab or a part of it: a Money a currency, that of the most payments first. `words` name the
    part, if it is not all; `lines` is how many there is room for."""

    words: str
    totals: Sequence[Money]
    lines: int

    @property
    def first_totals(self) -> Sequence[Money]:
        """The sums there is room for; of more currencies, a line says how many."""
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
class Group:
    """The payments of one status and currency that lower balances, or those that do not."""

    status: int
    counts: bool
    count: int
    total: Money


def tabs(list_query: ListQuery) -> Iterator[Tab]:
    """The tabs, in one query. Search words and filters count on every tab, and stay when the tab changes."""
    groups = _groups(list_query.filter)
    current = list_query.filter.data.get("status")
    for status in [*(f"{tab:d}" for tab in TABS), ALL]:
        if status == ALL:
            words, on_tab = _("All"), groups
            # Apart from what counts: nobody has received what is incomplete or refunded.
            counted = Sums(_("counted"), _totals([group for group in groups if group.counts]), LINES - 1)
            others = Sums(
                _("not counted"), _totals([group for group in groups if not group.counts]), LINES - 1
            )
            sums = [part for part in (counted, others) if part.totals]
        else:
            words, on_tab = (
                payment_words(int(status)),
                [group for group in groups if f"{group.status}" == status],
            )
            sums = [Sums("", _totals(on_tab), LINES)]
        url = f"?{list_query.address(status=status, sort=list_query.given_sort)}"
        yield Tab(status, words, sum(group.count for group in on_tab), sums, url, status == current)


def _totals(groups: Sequence[Group]) -> list[Money]:
    """A total a currency, that of the most payments first."""
    counts: Counter[str] = Counter()
    for group in groups:
        counts[group.total.currency] += group.count
    totals = Money.total(group.total for group in groups)
    return sorted(totals.values(), key=lambda total: (-counts[total.currency], total.currency))


def _groups(chosen: PaymentFilter) -> list[Group]:
    counts = Case(When(COUNTS, then=Value(True)), default=Value(False), output_field=BooleanField())
    rows = chosen.in_any_status.order_by().values_list("processing_status", counts, "currency")
    sums = rows.annotate(count=Count("*"), sum=Sum("total"))
    return [
        Group(status, is_counted, count, Money(total, currency))
        for status, is_counted, currency, count, total in sums
    ]
