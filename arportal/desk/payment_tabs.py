"""The tabs of the queue: one a status, with how many payments have it and what they sum up to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.desk.asked import Asked
from arportal.desk.payment_filter import ALL, TABS, PaymentFilter
from arportal.desk.statuses import payment_words

# How many lines of sums a tab has room for; of more currencies, the last line says how many.
LINES = 3


@dataclass(frozen=True, slots=True)
class Tab:
    """`totals` has a Money a currency, that of the most payments first."""

    value: str
    words: str
    count: int
    totals: Sequence[Money]
    url: str
    is_current: bool

    @property
    def first_totals(self) -> Sequence[Money]:
        return self.totals if len(self.totals) <= LINES else self.totals[: LINES - 1]

    @property
    def more(self) -> int:
        return len(self.totals) - len(self.first_totals)


def tabs(asked: Asked) -> Iterator[Tab]:
    """In one query. Search words and filters count on every tab, and stay when the tab changes."""
    found, current = _found(asked.filter), asked.filter.data.get("status")
    for status in [*(f"{tab:d}" for tab in TABS), ALL]:
        words = _("All") if status == ALL else payment_words(int(status))
        rows = [each for each in found if status in (ALL, str(each[0]))]
        count, totals = sum(each[2] for each in rows), Money.total(each[3] for each in rows)
        url = f"?{asked.address(status=status, sort=asked.given_sort)}"
        yield Tab(status, words, count, list(totals.values()), url, status == current)


def _found(chosen: PaymentFilter) -> list[tuple[int, str, int, Money]]:
    rows = chosen.in_any_status.order_by().values_list("processing_status", "currency")
    sums = rows.annotate(count=Count("*"), sum=Sum("total")).order_by("-count", "currency")
    return [(status, currency, count, Money(total, currency)) for status, currency, count, total in sums]
