"""Cash expected in the next eight weeks: by due date, and by how late each company usually pays; and how far off both
would have been in the last year."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from arportal.receivables.ageing.ageing import AsOf, source, values
from arportal.receivables.metrics.flows import NOTHING
from arportal.receivables.models import NO_DAY, ExpectedCash, ForecastWeek
from arportal.stores.models import Membership

WEEKS = 8
# What is so many days later than its company usually is, is expected in no week. Measured over two lifelike years,
# two weeks gave the smallest error; with 90 days the first week expected twice of what came.
GIVEN_UP_AFTER = 14

# The days on which the open amounts of `balance` are expected, by the habits in `habit`; a company without one is
# taken to pay as late as the others do. What should have come already is expected at once.
EXPECTED = """
usual AS (SELECT currency, SUM(late) / SUM(paid) AS days FROM habit GROUP BY currency),
expected AS (
    SELECT currency, open, CASE WHEN aged_on < %(no_day)s AND usually >= %(day)s - %(given_up_after)s
        THEN GREATEST(usually, %(day)s) ELSE %(no_day)s END AS day
    FROM (
        SELECT currency, open, aged_on,
            aged_on + round(COALESCE(habit.late / habit.paid, usual.days, 0))::int AS usually
        FROM balance LEFT JOIN habit USING (company_id, currency) LEFT JOIN usual USING (currency)
    ) AS at
)"""


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from `first` on, of which the first week's is today."""

    first: dt.date
    amount: Decimal

    @property
    def last(self) -> dt.date:
        return self.first + dt.timedelta(days=6)


@dataclass(frozen=True, slots=True)
class ByHabit:
    """`in_no_week` is what is too late to be expected, or has no due date."""

    weeks: list[Week]
    in_no_week: Decimal


@dataclass(frozen=True, slots=True)
class CheckedMonth:
    """The forecasts of one day, `first`, for all eight weeks, and what was paid in these."""

    first: dt.date
    by_due: Decimal
    by_habit: Decimal
    paid: Decimal


@dataclass(frozen=True, slots=True)
class Checked:
    """The two forecasts of the last year and what was paid. An error is the sum of what each week was off, over what
    was paid; None if nothing was."""

    weeks: list[ForecastWeek]

    @property
    def months(self) -> list[CheckedMonth]:
        by_first: dict[dt.date, list[ForecastWeek]] = defaultdict(list)
        for week in self.weeks:
            by_first[week.first].append(week)
        return [
            CheckedMonth(
                first,
                by_due=sum((week.by_due for week in weeks), NOTHING),
                by_habit=sum((week.by_habit for week in weeks), NOTHING),
                paid=sum((week.paid for week in weeks), NOTHING),
            )
            for first, weeks in sorted(by_first.items())
        ]

    @property
    def by_due_error(self) -> Decimal | None:
        return error((week.by_due, week.paid) for week in self.weeks)

    @property
    def by_habit_error(self) -> Decimal | None:
        return error((week.by_habit, week.paid) for week in self.weeks)


def error(pairs: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """The share by which forecasts were off: of pairs (forecast, paid), the differences over what was paid."""
    off = paid = NOTHING
    for forecast, actual in pairs:
        off += abs(forecast - actual)
        paid += actual
    return off / paid if paid > 0 else None


def weeks(by_day: Iterable[tuple[dt.date, Decimal]], today: dt.date) -> list[Week]:
    """The next eight weeks. What is of an earlier day is of today; what comes later is in none."""
    amounts = [NOTHING] * WEEKS
    for day, amount in by_day:
        number = max((day - today).days, 0) // 7
        if number < WEEKS:
            amounts[number] += amount
    return [Week(today + dt.timedelta(weeks=number), amount) for number, amount in enumerate(amounts)]


def by_due_date(actor: Membership, currency: str, today: dt.date) -> list[Week]:
    """The amounts due in each of the next weeks, as if everybody paid on the day. What is overdue is in none."""
    as_of = AsOf(today, today)
    query = f"""
        SELECT aged_on, SUM(open) FROM ({source(actor, as_of, by_company=False)}) AS balance
        WHERE currency = %(currency)s AND open > 0 AND aged_on BETWEEN %(day)s AND %(last)s
        GROUP BY aged_on
    """  # noqa: S608 - put together from our own words alone
    last = today + dt.timedelta(weeks=WEEKS, days=-1)
    with connection.cursor() as cursor:
        cursor.execute(query, values(actor, as_of) | {"currency": currency, "last": last})
        return weeks(cursor.fetchall(), today)


def by_habit(actor: Membership, currency: str, today: dt.date) -> ByHabit:
    """The cash expected if every company pays as late as it usually does: of the whole store as of the night, of a
    few companies as of now. There must be NightlyFigures."""
    if actor.all_companies:
        kept = ExpectedCash.objects.filter(store_id=actor.store_id, currency=currency)
        by_day = dict(kept.values_list("day", "amount"))
    else:
        by_day = _expected_now(actor, currency, today)
    return ByHabit(weeks(by_day.items(), today), by_day.get(NO_DAY, NOTHING))


def _expected_now(actor: Membership, currency: str, today: dt.date) -> dict[dt.date, Decimal]:
    """Day → amount, of the companies that the actor may see."""
    query = f"""
        WITH balance AS ({source(actor, AsOf(today, today), by_company=True)}),
        habit AS (
            SELECT * FROM receivables_paymenthabit
            WHERE store_id = %(store)s AND currency = %(currency)s AND company_id = ANY(%(companies)s)
        ),
        {EXPECTED}
        SELECT day, SUM(open) FROM expected WHERE currency = %(currency)s AND open > 0 GROUP BY day
    """  # noqa: S608 - put together from our own words alone
    given = values(actor, AsOf(today, today)) | {"currency": currency, "given_up_after": GIVEN_UP_AFTER}
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return dict(cursor.fetchall())


def checked(actor: Membership, currency: str) -> Checked | None:
    """None for those who do not see the whole store, of which it is measured."""
    if not actor.all_companies:
        return None
    kept = ForecastWeek.objects.filter(store_id=actor.store_id, currency=currency)
    return Checked(list(kept.order_by("first", "week")))
