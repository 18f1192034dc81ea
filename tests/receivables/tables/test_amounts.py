"""Amounts as people type them."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from arportal.b2b import Money, minor_digits
from arportal.desk.format.formats import Formatter
from arportal.desk.forms.amount_fields import AmountField, FigureField
from arportal.receivables.tables.amounts import parse_amount, parse_number
from arportal.stores.models import NumberFormat
from tests.whole import whole_or

DOT, COMMA = NumberFormat.DOT, NumberFormat.COMMA
READABLE = [
    ("1,234.50", "USD", DOT, "1234.50"),
    ("1234.5", "USD", DOT, "1234.5"),
    ("7", "USD", DOT, "7"),
    (".5", "USD", DOT, "0.5"),
    ("50.", "USD", DOT, "50"),
    ("50.", "JPY", DOT, "50"),
    ("$1,234.50", "USD", DOT, "1234.50"),
    ("$ 1,234.50", "USD", DOT, "1234.50"),
    ("US$5", "USD", DOT, "5"),
    ("837.37 USD", "USD", DOT, "837.37"),
    ("usd 837.37", "USD", DOT, "837.37"),
    ("$837.37 USD", "USD", DOT, "837.37"),
    ("1 234.50", "USD", DOT, "1234.50"),
    ("1\u00a0234.50", "USD", DOT, "1234.50"),
    ("1\u202f234\u202f567.50", "USD", DOT, "1234567.50"),
    ("1'234.50", "CHF", DOT, "1234.50"),
    ("1\u2019234.50 Fr", "CHF", DOT, "1234.50"),
    ("\u00a0 12.00 ", "USD", DOT, "12"),
    ("$5", "CAD", DOT, "5"),
    ("CA$5", "CAD", DOT, "5"),
    ("¥1,234,567", "JPY", DOT, "1234567"),
    ("0.125", "KWD", DOT, "0.125"),
    ("KWD 1,000.125", "KWD", DOT, "1000.125"),
    ("99 kr", "SEK", DOT, "99"),
    ("9" * 15, "JPY", DOT, "9" * 15),
    ("1.234,50", "EUR", COMMA, "1234.50"),
    ("1234,5", "EUR", COMMA, "1234.5"),
    ("1.234.567", "EUR", COMMA, "1234567"),
    ("1 234,50 €", "EUR", COMMA, "1234.50"),
    ("€ 1.234,50", "EUR", COMMA, "1234.50"),
    (",5", "EUR", COMMA, "0.5"),
    ("50,", "EUR", COMMA, "50"),
    ("1,125", "KWD", COMMA, "1.125"),
    ("1'234,50", "CHF", COMMA, "1234.50"),
]
REFUSED = [
    ("twelve", "USD", DOT, "“twelve” is not an amount: write it like 1,234.00."),
    ("twelve", "JPY", DOT, "“twelve” is not an amount: write it like 1,234."),
    ("zwölf", "EUR", COMMA, "“zwölf” is not an amount: write it like 1.234,00."),
    ("1,23", "USD", DOT, "“1,23” is not an amount"),
    ("12,34.50", "USD", DOT, "is not an amount"),
    ("1,234 567.50", "USD", DOT, "is not an amount"),
    ("1 23.50", "USD", DOT, "is not an amount"),
    ("1  234.50", "USD", DOT, "is not an amount"),
    ("1.234,50", "USD", DOT, "is not an amount"),
    ("1234,50", "USD", DOT, "is not an amount"),
    (".", "USD", DOT, "is not an amount"),
    ("$", "USD", DOT, "is not an amount"),
    ("5 5", "USD", DOT, "is not an amount"),
    ("1.5.", "USD", DOT, "is not an amount"),
    ("-5", "USD", DOT, "is not an amount"),
    ("1e3", "USD", DOT, "is not an amount"),
    ("NaN", "USD", DOT, "is not an amount"),
    ("\u0661\u0662", "USD", DOT, "is not an amount"),
    ("5 EUR", "USD", DOT, "“EUR” is another currency: this amount is in USD."),
    ("USD 5 EUR", "USD", DOT, "“EUR” is another currency: this amount is in USD."),
    ("€5", "USD", DOT, "“€” is another currency: this amount is in USD."),
    ("$5", "EUR", DOT, "“$” is another currency: this amount is in EUR."),
    ("CA$5", "USD", DOT, "“CA$” is another currency"),
    ("1.005", "USD", DOT, "USD has 2 decimals, no more."),
    # Somebody who writes commas may well mean fifteen hundred.
    ("1.500", "USD", DOT, "USD has 2 decimals, no more."),
    ("10.5", "JPY", DOT, "JPY has no decimals."),
    ("0.00", "USD", DOT, "Enter an amount above zero"),
    ("1" * 16, "USD", DOT, "This amount is too large."),
    ("1,234.50", "EUR", COMMA, "is not an amount"),
    ("1234.50", "EUR", COMMA, "is not an amount"),
    ("1.5", "EUR", COMMA, "is not an amount"),
    ("1,500", "EUR", COMMA, "EUR has 2 decimals, no more."),
]


@pytest.mark.parametrize(("text", "currency", "number_format", "amount"), READABLE)
def test_it_works(text, currency, number_format, amount):
    assert parse_amount(text, currency, number_format) == Decimal(amount)


@pytest.mark.parametrize(("text", "currency", "number_format", "reason"), REFUSED)
def test_refused_in_a_sentence(text, currency, number_format, reason):
    with pytest.raises(ValidationError) as refused:
        parse_amount(text, currency, number_format)
    assert reason in refused.value.messages[0]


EXAMPLES = whole_or(100, 30)
amounts = st.builds(
    lambda units, currency: Money(Decimal(units).scaleb(-minor_digits(currency)), currency),
    st.integers(1, 10**15 - 1),
    st.sampled_from(["USD", "EUR", "JPY", "KWD", "CHF", "SEK"]),
)


@settings(max_examples=EXAMPLES)
@given(amounts, st.sampled_from(NumberFormat), st.sampled_from(["{}", "{} {}", "{1} {0}", " {1}{0}"]))
def test_what_is_shown_can_be_typed(money, number_format, around):
    """What a page writes is read as the same amount, with and without its code."""
    figure = Formatter("en", None, number_format).figure(money)
    text = around.format(figure, money.currency)
    assert parse_amount(text, money.currency, number_format) == money.amount


@settings(max_examples=EXAMPLES)
@given(st.decimals(-(10**12), 10**12, places=4), st.sampled_from(NumberFormat))
def test_numbers_shown_can_be_typed(number, number_format):
    text = Formatter("en", None, number_format).number(number)
    assert parse_number(text, number_format, signed=True) == number


@settings(max_examples=EXAMPLES)
@given(st.text("0123456789.,' -$€\u00a0", max_size=12), st.sampled_from(NumberFormat))
def test_whatever_is_typed_is_read_or_refused(text, number_format):
    try:
        amount = parse_amount(text, "USD", number_format)
    except ValidationError:
        return
    digits = "".join(sign for sign in text if sign.isdigit())
    assert int(digits) == int(amount.scaleb(-int(amount.as_tuple().exponent)))


def test_left_empty():
    assert AmountField("USD").clean("  ") is None


@pytest.mark.parametrize("text", ["$5", "5 kg", "5 EUR"])
def test_a_quantity_has_no_currency(text):
    with pytest.raises(ValidationError):
        FigureField(decimals=4).clean(text)
    assert FigureField(decimals=4, currency="USD").clean("-$5.25") == Decimal("-5.25")


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("1.234,50", COMMA),
        ("1234,50", COMMA),
        ("1.500", COMMA),
        ("twelve", None),
        ("5", None),
        ("5 EUR", None),
    ],
)
def test_the_other_format_is_offered_where_it_reads(text, offered):
    assert AmountField("USD").other_reading(text) == offered
