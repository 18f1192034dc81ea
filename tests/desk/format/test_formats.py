"""Money, dates and ages as people read them."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from arportal.b2b import Money
from arportal.desk.format.formats import Formatter
from arportal.desk.lists import cells
from arportal.stores.models import DateFormat

ENGLISH = Formatter("en", ZoneInfo("UTC"))
NOON = dt.datetime(2026, 3, 5, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("amount", "currency", "figure"),
    [
        ("1234567.5", "USD", "1,234,567.50"),
        ("-12", "EUR", "\u221212.00"),
        ("1234.0000", "JPY", "1,234"),
        ("7.5", "KWD", "7.500"),
        ("0", "USD", "0.00"),
        ("0.0049", "USD", "0.0049"),
        ("1E+3", "USD", "1,000.00"),
    ],
)
def test_it_works(amount, currency, figure):
    assert ENGLISH.figure(Money(Decimal(amount), currency)) == figure


def test_other_languages_have_their_own_signs():
    assert Formatter("de", ENGLISH.zone).figure(Money(Decimal("1234.5"), "EUR")) == "1.234,50"


def test_digits_not_grouped_by_threes():
    assert Formatter("hi", ENGLISH.zone).figure(Money(Decimal("-1234567.5"), "INR")) == "\u221212,34,567.50"


def test_the_code_follows_the_figure_and_is_escaped():
    assert cells.money(Money(Decimal(1), "<b>"), ENGLISH).endswith(
        '1.00 <span class="code">&lt;b&gt;</span></span>'
    )


def test_dates_are_the_stores():
    late = dt.datetime(2026, 3, 5, 23, 30, tzinfo=dt.UTC)
    assert ENGLISH.day(late) == "Mar 5, 2026"
    assert Formatter("en", ZoneInfo("Asia/Tokyo")).moment(late) == "Mar 6, 2026, 08:30"


def test_a_missing_date_is_nothing():
    assert ENGLISH.day(None) == ENGLISH.date(None) == ENGLISH.moment(None) == ""


@pytest.mark.parametrize(("days", "words"), [(1, "1 day late"), (12, "12 days late")])
def test_days_late(days, words):
    assert ENGLISH.days_late(days) == words


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "just now"), (3, "3 minutes ago"), (90, "2 hours ago"), (3000, "2 days ago")]
)
def test_age(minutes, words):
    assert ENGLISH.age(NOON - dt.timedelta(minutes=minutes), NOON) == words


def test_quantities_have_no_needless_zeros():
    assert [ENGLISH.number(Decimal(text)) for text in ("2.0000", "1200", "0.25")] == ["2", "1,200", "0.25"]


@pytest.mark.parametrize(
    ("dates", "day", "day_of_month"),
    [
        (DateFormat.MONTH_FIRST, "Mar 6, 2026", "Mar 6"),
        (DateFormat.DAY_FIRST, "6 Mar 2026", "6 Mar"),
        (DateFormat.ISO, "2026-03-06", "03-06"),
    ],
)
def test_days_as_the_person_reads_them(dates, day, day_of_month):
    reader = Formatter("en", ENGLISH.zone, dates=dates)
    written = dt.date(2026, 3, 6)
    assert (reader.date(written), reader.day_of_month(written)) == (day, day_of_month)
