"""Money: exact, and of one currency."""

from decimal import Decimal
from typing import Any

import pytest

from arportal.b2b import CurrencyMismatch, InvalidResponse, Money, minor_digits, plain
from arportal.b2b.values.currencies import CURRENCIES


def money(value: str, currency: str = "EUR") -> Money:
    return Money(Decimal(value), currency)


def test_it_works() -> None:
    assert money("0.10") + money("0.20") == money("0.30")
    assert money("5") - money("7.5") == -money("2.5")
    assert money("1") < money("2") <= money("2.00") > money("1.99") >= money("1")
    assert money("0.0001")
    assert not money("0.00")
    assert str(money("1E+2")) == "100 EUR"


def test_equal_amounts_are_neither_less_nor_more() -> None:
    one, same = money("1"), money("1.00")
    assert one <= same
    assert one >= same
    assert not one < same
    assert not one > same


def test_it_is_told_as_the_api_documents_it() -> None:
    assert money("12.50").body_as_text() == {"code": "EUR", "value": "12.50"}
    assert money("1E+2").body_as_text() == {"code": "EUR", "value": "100"}
    assert money("12.50").body_as_number() == {"code": "EUR", "value": Decimal("12.50")}


def test_equal_amounts_are_kept_as_equal_texts() -> None:
    texts = {"120.5000": "120.5", "1E+2": "100", "0.00": "0", "-0.00": "0", "-7.10": "-7.1"}
    assert {amount: plain(Decimal(amount)) for amount in texts} == texts


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("120.5000", "EUR", "120.50"),
        ("120.505", "EUR", "120.505"),
        ("1E+2", "JPY", "100"),
        ("0", "EUR", "0.00"),
    ],
)
def test_it_is_told_with_the_decimals_of_its_currency(amount: str, currency: str, text: str) -> None:
    assert money(amount, currency).plain() == text


@pytest.mark.parametrize("act", ["__add__", "__sub__", "__lt__", "__le__", "__gt__", "__ge__"])
def test_two_currencies_never_meet(act: str) -> None:
    with pytest.raises(CurrencyMismatch, match=r"^EUR and USD cannot be put together$"):
        getattr(money("1"), act)(money("1", "USD"))


def test_equal_figures_of_two_currencies_differ() -> None:
    assert money("1") != money("1", "USD")


def test_a_bare_number_is_neither_added_nor_taken_away() -> None:
    with pytest.raises(TypeError):
        money("1") + 1  # type: ignore[operator]
    with pytest.raises(TypeError):
        money("1") - 1  # type: ignore[operator]


def test_totals_are_per_currency() -> None:
    assert Money.total([money("1"), money("2", "USD"), money("3")]) == {
        "EUR": money("4"),
        "USD": money("2", "USD"),
    }
    assert Money.total([]) == {}
    assert Money.zero("EUR") == money("0")


@pytest.mark.parametrize(("currency", "digits"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("XX?", 2)])
def test_each_currency_has_its_decimals(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits


@pytest.mark.parametrize(
    ("value", "currency", "rounded"),
    [
        ("2.345", "EUR", "2.35"),
        ("0.5", "JPY", "1"),
        ("1.0005", "KWD", "1.001"),
        ("-2.345", "EUR", "-2.35"),
        ("7", "USD", "7.00"),
    ],
)
def test_rounding_is_half_up(value: str, currency: str, rounded: str) -> None:
    assert str(money(value, currency).quantized().amount) == rounded


LONGEST = "9" * 15 + "." + "1" * 10


@pytest.mark.parametrize(
    "value",
    [
        *("349.5000", "0", "-3", 7, Decimal("1.25"), Decimal("1E+3"), "00012.50"),
        *(LONGEST, f"-{LONGEST}", Decimal(LONGEST), 10**15 - 1, 1 - 10**15),
    ],
)
def test_text_and_numbers_are_read_exactly(value: Any) -> None:
    assert Money.parse({"code": "eur ", "value": value}) == Money(Decimal(value), "EUR")


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        " ",
        "1,000.00",
        "1_000",
        "NaN",
        "Infinity",
        "12 EUR",
        "١٢",
        "0x1",
        "1e5",
        True,
        [],
        {},
        1.5,
        10**15,
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("1E+99"),
        Decimal("1E-99"),
        Decimal("1E+15"),
        Decimal("1E-11"),
        "9" * 16,
        "0." + "1" * 11,
    ],
)
def test_what_is_no_amount_is_refused_and_never_zero(value: Any) -> None:
    with pytest.raises(InvalidResponse, match=r" is not an amount$"):
        Money.parse({"code": "EUR", "value": value})


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "12.50",
        12,
        [],
        {"value": "1"},
        {"code": "", "value": "1"},
        {"code": 9, "value": "1"},
        {"code": " "},
    ],
)
def test_an_amount_without_a_currency_is_refused(raw: Any) -> None:
    with pytest.raises(InvalidResponse, match=r"is not (an amount with a currency|a currency code)$"):
        Money.parse(raw)


@pytest.mark.parametrize(
    ("amount", "error", "words"),
    [
        (1.5, TypeError, "^an amount is a Decimal, not float$"),
        (1, TypeError, "^an amount is a Decimal, not int$"),
        (Decimal("NaN"), ValueError, "^an amount is a finite number$"),
    ],
)
def test_only_a_finite_decimal_makes_money(amount: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        Money(amount, "EUR")


def test_the_list_of_currencies() -> None:
    assert {"USD", "EUR", "JPY", "KWD", "CLF"} <= CURRENCIES
    assert all(len(code) == 3 and code.isupper() for code in CURRENCIES)
