"""The figures of the overview, in the reader's words; receivables/ computes them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.desk.charts.ageing import ageing_bar
from arportal.desk.charts.bars import BarChart, Group
from arportal.desk.format.formats import formatter
from arportal.desk.site.links import link
from arportal.mirror.models import Company
from arportal.receivables.ageing.ageing import Aged, AsOf, ageing
from arportal.receivables.metrics import collections, debtors, dso, forecast
from arportal.receivables.metrics.days import Days, Missing
from arportal.receivables.metrics.flows import Flows, flows
from arportal.receivables.metrics.habits import average_days_late
from arportal.receivables.models import NightlyFigures
from arportal.stores.models import Membership

# The months of countback and, for them, those days of the first that 90 days do not reach.
READ_BACK = dt.timedelta(days=31 * (dso.MONTHS + 1))


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed in each currency: `aged` has those in which there is a balance, `currencies` all ever used."""

    currencies: Sequence[str]
    aged: Mapping[str, Aged]

    @property
    def positions(self) -> list[Aged]:
        return [self.aged[code] for code in self.currencies if code in self.aged]

    def chosen(self, currency: str) -> str:
        """The currency that was asked for, if there is such a one, or the first; "" without any."""
        return currency if currency in self.currencies else next(iter(self.currencies), "")

    def of(self, currency: str) -> Aged:
        return self.aged.get(currency) or Aged.nothing(currency)


def owed(actor: Membership, today: dt.date) -> Owed:
    aged = {row.currency: row for row in ageing(actor, AsOf(today, today))}
    return Owed(debtors.currencies(actor), aged)


def of_currency(actor: Membership, known: Owed, currency: str, today: dt.date) -> dict[str, Any]:
    """The context of all that is told of one currency alone. What is computed every night may not be there yet."""
    aged = known.of(currency)
    amounts = flows(actor, currency, today - READ_BACK)
    night = NightlyFigures.objects.filter(store_id=actor.store_id).first()
    largest = debtors.largest_debtors(actor, currency, today)
    changes = debtors.largest_changes(actor, currency, today) if night else []
    company_ids = {row.company_id for row in largest} | {row.company_id for row in changes}
    # Of those that the store still has.
    names = Company.objects.visible_to(actor).names(company_ids)
    return expected(actor, currency, today, has_habits=night is not None) | {
        "aged": aged,
        "ageing": ageing_bar(
            _("Open by days late"),
            aged,
            # The invoices behind the same figure of the ageing report.
            lambda bucket: f"{link('ageing_invoices', actor.store.slug)}?currency={currency}&of={bucket.key}",
        ),
        "collections": collections_chart(amounts, currency, today),
        "received": received(amounts, currency, today),
        "night": night,
        "speeds": speeds(aged, amounts.sales, today),
        "days_late": average_days_late(actor, currency) if night else Days(None, Missing.NOT_YET),
        "debtors": [{"of": row, "name": names.get(row.company_id)} for row in largest],
        "changes": [{"of": row, "name": names.get(row.company_id)} for row in changes],
        "changes_since": night.day - dt.timedelta(weeks=1) if night else None,
    }


def collections_chart(amounts: Flows, currency: str, today: dt.date) -> BarChart:
    write = formatter()
    groups = [
        Group.of(write.month_of_year(month.first), write.month(month.first), Money(month.amount, currency))
        for month in collections.by_month(amounts.receipts, today)
    ]
    return BarChart(_("Received in the last 12 months"), [_("Received")], groups)


def received(amounts: Flows, currency: str, today: dt.date) -> dict[str, Any]:
    so_far = collections.this_month(amounts.receipts, today)
    return {
        "money": Money(so_far.amount, currency),
        "before": Money(so_far.before, currency),
        "first": so_far.until.replace(day=1),
        "last": so_far.until,
    }


def expected(actor: Membership, currency: str, today: dt.date, *, has_habits: bool) -> dict[str, Any]:
    """The chart of what is expected, by due date and by habit, and how far off both were."""
    due = forecast.by_due_date(actor, currency, today)
    habit = forecast.by_habit(actor, currency, today) if has_habits else None
    series = [_("By due date"), _("By habit")] if habit else [_("By due date")]
    both = zip(due, habit.weeks if habit else due, strict=True)
    write = formatter()
    groups = [
        Group.of(
            write.day_of_month(week.first),
            _("%(first)s to %(last)s") % {"first": write.date(week.first), "last": write.date(week.last)},
            *(Money(amount, currency) for amount in (week.amount, other.amount)[: len(series)]),
        )
        for week, other in both
    ]
    return {
        "expected": BarChart(_("Expected in the next 8 weeks"), series, groups),
        "due_next": {"money": Money(due[0].amount, currency), "first": due[0].first, "last": due[0].last},
        "in_no_week": Money(habit.in_no_week, currency) if habit else None,
        "checked": checked(actor, currency) if habit else None,
    }


def checked(actor: Membership, currency: str) -> dict[str, Any] | None:
    """The errors of the forecasts in percent, None where nothing was paid, and the months they were measured in."""
    measured = forecast.checked(actor, currency)
    if measured is None or not measured.weeks:
        return None
    return {
        "by_due": _percent(measured.by_due_error),
        "by_habit": _percent(measured.by_habit_error),
        "months": [
            {
                "first": month.first,
                "by_due": Money(month.by_due, currency),
                "by_habit": Money(month.by_habit, currency),
                "paid": Money(month.paid, currency),
            }
            for month in measured.months
        ],
    }


def _percent(share: Decimal | None) -> Decimal | None:
    return None if share is None else round(share * 100, 0)


def speeds(aged: Aged, sales: Mapping[dt.date, Decimal], today: dt.date) -> dict[str, Any]:
    """Days of sales that are still to be paid for, and the amounts of which they are made."""
    sold = dso.sales_of_window(sales, today)
    current = aged.open - aged.overdue
    return {
        "sold": Money(sold, aged.currency),
        "current": current,
        "dso": dso.simple(aged.open.amount, sold),
        "countback": dso.countback(aged.open.amount, sales, today),
        "best": dso.simple(current.amount, sold),
    }
