"""All currencies in the store's own: by rates that somebody typed in, and never without them."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.test import Client as Browser

from arportal.receivables.ageing.ageing import Aged, AsOf
from arportal.receivables.ageing.conversion import convert
from arportal.receivables.ageing.rates import set_rates
from arportal.receivables.models import ExchangeRate
from tests import whole
from tests.cast import sign_in
from tests.desk.ageing.conftest import TODAY, csv_rows, pdf_text, text_of, xlsx_rows
from tests.whole import only_whole, whole_or

DASH = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"


@pytest.fixture
def type_in(books):
    """Sends the form of rates, a day and that of the yen, as the books' controller."""

    def type_in(day: str, rate: str):
        browser = Browser()
        with books.at(TODAY):
            sign_in(browser, books.controller.user)
            return browser.post("/s/books/rates/save/", {"day": day, "rate-JPY": rate}, follow=True)

    return type_in


def converted(answer) -> list[list[str]]:
    """The rows of the table of all currencies, cell by cell; [] if there is none."""
    table = text_of(answer).partition('id="converted"')[2].partition("</section>")[0]
    return [
        [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<t[hd][ >].*?</t[hd]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL)[1:]
    ]


def test_it_works(see, type_in):
    assert converted(see("ageing/")) == []
    answer = type_in("2026-03-15", "0.0061")
    assert "Mar 15, 2026" in text_of(answer)
    assert "1 JPY = 0.0061 EUR" in text_of(answer)
    assert "1 JPY = 0.0000012345 EUR" in text_of(type_in("2026-03-01", "0.0000012345"))
    assert converted(see("ageing/?convert=on")) == [
        ["Total, all in EUR", "40.00", "220.00", "102.70", DASH, DASH, "362.70", f"{MINUS}15.00", "347.70"],
        ["EUR", "40.00", "220.00", "60.00", DASH, DASH, "320.00", f"{MINUS}15.00", "305.00"],
        ["JPY 1 JPY = 0.0061 EUR Mar 15, 2026", *[DASH] * 2, "42.70", *[DASH] * 2, "42.70", DASH, "42.70"],
    ]


def test_the_files_say_the_same(see, type_in):
    type_in("2026-03-15", "0.0061")
    for read, kind in whole_or(((csv_rows, "csv"), (xlsx_rows, "xlsx")), ((csv_rows, "csv"),)):
        rows = read(see(f"ageing/export.{kind}?convert=on"))
        rates = {row["Currency"]: (row["Rate to EUR"], row["Rate of"]) for row in rows}
        assert str(rates["JPY"][0]) == "0.0061"
        assert str(rates["JPY"][1]).startswith("2026-03-15")
        assert not any(rates["EUR"])
    text = " ".join(pdf_text(see("ageing/export.pdf?convert=on")).split())
    assert "All in EUR" in text
    assert "JPY (1 = 0.0061 EUR of March 15, 2026)" in text
    assert "362.70 −15.00 347.70" in text  # noqa: RUF001
    if whole.is_asked_for:
        assert "All in EUR" not in pdf_text(see("ageing/export.pdf"))


def test_without_a_rate_there_is_no_total(see, type_in):
    def answer(query: str) -> str:
        return text_of(see(f"ageing/?convert=on{query}"))

    missing = "No total: there is no rate for JPY."
    assert missing in answer("")
    type_in("2026-03-15", "0.0061")
    # Before the day that the rate is of, and as it was known before it was typed in.
    assert missing in answer("&on=2026-03-14")
    if whole.is_asked_for:
        assert missing not in answer("")
        assert missing in answer("&on=2026-03-15&known=2026-03-20")
        assert "no rate" in pdf_text(see("ageing/export.pdf?convert=on&on=2026-03-14"))


@only_whole("test_it_works")
def test_the_last_typed_of_the_latest_day_counts(books, see, type_in):
    type_in("2026-03-20", "0.0062")
    type_in("2026-03-15", "0.0061")
    assert converted(see("ageing/?convert=on"))[2][3] == "43.40"
    type_in("2026-03-20", "0.0063")
    assert converted(see("ageing/?convert=on"))[2][3] == "44.10"
    assert [rate.rate for rate in ExchangeRate.objects.order_by("pk")] == list(
        map(Decimal, ("0.0062", "0.0061", "0.0063"))
    )
    assert all(rate.actor == books.controller for rate in ExchangeRate.objects.all())


REFUSALS = {
    "still to come": ("2026-04-01", "0.0061"),
    "Enter at least one rate": ("2026-03-15", ""),
    "is not a number": ("2026-03-15", "much"),
    "or more": ("2026-03-15", "0"),
    "Leave out": ("2026-03-15", "0.0061 EUR"),
    "Enter a valid date": ("soon", "0.0061"),
}


def test_what_cannot_be_a_rate_is_refused_and_comes_back(type_in):
    for words, typed in list(REFUSALS.items())[: whole_or(None, 3)]:
        answer = type_in(*typed)
        assert answer.status_code == 422, words
        assert words in text_of(answer)
        assert all(f'value="{text}"' in text_of(answer) for text in typed if text), words
    assert not ExchangeRate.objects.exists()


def test_the_total_adds_up_what_is_shown(books):
    """Rounded one by one: 0.005 thrice is 0.03, not 0.02."""
    actor, today = books.controller, dt.date.fromisoformat(TODAY)
    set_rates(actor, today, {"USD": Decimal("0.5"), "JPY": Decimal("0.005"), "KWD": Decimal(5)})
    totals = [
        Aged("USD", (Decimal("0.01"), Decimal(0)), Decimal("-0.01")),
        Aged("JPY", (Decimal(1), Decimal(0)), Decimal(0)),
        Aged("KWD", (Decimal(0), Decimal("0.001")), Decimal(0)),
    ]
    conversion = convert(actor, AsOf(today, today), totals)
    assert [row.aged.amounts for row in conversion.rows] == [
        (Decimal("0.01"), Decimal(0)),
        (Decimal("0.01"), Decimal(0)),
        (Decimal(0), Decimal("0.01")),
    ]
    assert conversion.total.amounts == (Decimal("0.02"), Decimal("0.01"))
    assert conversion.total.credit_amount == Decimal("-0.01")
