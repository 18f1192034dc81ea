"""Whom to remind of what: each rule by itself, at its boundary."""

import datetime as dt
from decimal import Decimal

import pytest

from arportal.b2b import Money
from arportal.receivables.collections.choosing import Choice, Facts, Level, Overdue, Reason, choose

TODAY = dt.date(2026, 3, 31)
LEVELS = [
    Level(3, Decimal(0), "first", "text"),
    Level(10, Decimal(50), "second", "text"),
    Level(30, Decimal(0), "last", "text"),
]


def late(days: int, balance: object = 100, number: int = 1, coming: object = 0) -> Overdue:
    amount = Decimal(str(balance))
    due_on = TODAY - dt.timedelta(days)
    return Overdue(number, f"N{number}", due_on, amount, Decimal(100), Decimal(str(coming)))


def chosen(*invoices: Overdue, **known) -> tuple[list, list]:
    """Invoice → level and what is left, and invoice → why it is held."""
    choice = choose(Facts(1, "EUR", invoices, **known), LEVELS, TODAY)
    return (
        [(line.invoice.invoice_id, line.level, line.left, line.covered) for line in choice.lines],
        [(invoice.invoice_id, reason) for invoice, reason in choice.held],
    )


def reminded(level: int, days_ago: int) -> dict:
    return {1: (level, TODAY - dt.timedelta(days_ago))}


def test_it_works():
    choice = choose(Facts(1, "EUR", [late(40, 70, 2), late(41, 30, 1)]), LEVELS, TODAY)
    assert [(line.invoice.invoice_id, line.level) for line in choice.lines] == [(1, 1), (2, 1)]
    assert (choice.level, choice.total.amount, choice.invoice_ids) == (1, 100, (1, 2))


@pytest.mark.parametrize(
    ("invoice", "known", "expected"),
    [
        (late(2), {}, Reason.NOT_YET),
        (late(3), {}, 1),
        (late(60), {}, 1),
        (late(9), {"reminded": reminded(1, 8)}, Reason.NOT_YET),
        (late(10), {"reminded": reminded(1, 7)}, 2),
        (late(60), {"reminded": reminded(1, 6)}, Reason.NOT_YET),
        (late(60), {"reminded": reminded(1, 7)}, 2),
        (late(60), {"reminded": reminded(2, 19)}, Reason.NOT_YET),
        (late(60), {"reminded": reminded(2, 20)}, 3),
        (late(90), {"reminded": reminded(3, 80)}, Reason.LAST),
        (late(10, 49), {"reminded": reminded(1, 7)}, Reason.MINIMUM),
        (late(10, 50), {"reminded": reminded(1, 7)}, 2),
        (late(5), {"disputed": frozenset([1])}, Reason.DISPUTED),
        (late(5), {"promised": frozenset([1])}, Reason.PROMISED),
        (late(5), {"all_promised": True}, Reason.PROMISED),
        (late(5, coming=100), {}, Reason.COMING),
        (late(5, coming=99), {}, 1),
        (late(5), {"available": Decimal(100)}, Reason.COVERED),
        (late(5), {"available": Decimal("99.99")}, 1),
    ],
)
def test_each_rule(invoice, known, expected):
    lines, held = chosen(invoice, **known)
    told = [reason for _invoice, reason in held] or [level for _invoice, level, *_amounts in lines]
    assert told == [expected]


def test_credits_go_to_the_oldest_first_and_what_they_leave_is_told():
    lines, held = chosen(late(50, 100, 1), late(20, 80, 2), late(5, 60, 3), available=Decimal(150))
    assert held == [(1, Reason.COVERED)]
    assert lines == [(2, 1, 80, 50), (3, 1, 60, 0)]


def test_what_is_left_to_pay_is_without_what_credits_cover():
    facts = Facts(1, "EUR", [late(20, 80, 1), late(5, 60, 2)], available=Decimal(50))
    choice = choose(facts, LEVELS, TODAY)
    assert (choice.covered, choice.total) == (Money(Decimal(50), "EUR"), Money(Decimal(90), "EUR"))


def test_what_is_paid_twice_over_uses_up_no_credit():
    lines, held = chosen(late(50, 100, 1, coming=101), late(20, 80, 2), available=Decimal(10))
    assert (lines, held) == ([(2, 1, 80, 10)], [(1, Reason.COMING)])


def test_some_of_its_invoices_alone():
    facts = Facts(1, "EUR", [late(5, number=number) for number in (1, 2, 3, 4)], disputed=frozenset([1, 2]))
    choice = choose(facts, LEVELS, TODAY).only([2, 3])
    assert [line.invoice.invoice_id for line in choice.lines] == [3]
    assert [(invoice.invoice_id, reason) for invoice, reason in choice.held] == [(2, Reason.DISPUTED)]


def test_a_mail_without_lines_has_no_level():
    assert Choice(1, "EUR", (), ()).level == 0


def test_what_is_disputed_or_promised_uses_up_no_credit():
    disputed = frozenset([1])
    lines, held = chosen(late(50, 100, 1), late(20, 80, 2), available=Decimal(80), disputed=disputed)
    assert (lines, held) == ([], [(1, Reason.DISPUTED), (2, Reason.COVERED)])


def test_a_part_payment_shows_what_is_left():
    lines, _held = chosen(late(5, "12.34", coming="2.34"))
    assert lines == [(1, 1, Decimal("10.00"), 0)]


def test_the_mail_has_the_text_of_its_highest_level_and_its_minimum():
    first, second = late(40, 20, 1), late(5, 29, 2)
    assert chosen(first, second, reminded=reminded(1, 30)) == (
        [],
        [(1, Reason.MINIMUM), (2, Reason.MINIMUM)],
    )
    choice = choose(Facts(1, "EUR", [first, late(5, 30, 2)], reminded=reminded(1, 30)), LEVELS, TODAY)
    assert (choice.level, [line.level for line in choice.lines]) == (2, [2, 1])
