"""How an amount received is spread over open invoices."""

import datetime as dt
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arportal.b2b import minor_digits
from arportal.receivables.allocation import proposals
from arportal.receivables.allocation.proposals import Match, Mode, Open, matching, propose
from tests.whole import whole_or

START = dt.date(2026, 3, 1)
EXAMPLES = whole_or(100, 25)


def opens(*lefts: str, due: tuple[int | None, ...] = ()) -> list[Open]:
    days = due or (None,) * len(lefts)
    return [
        Open(number, Decimal(left), None if day is None else START + dt.timedelta(days=day))
        for number, (left, day) in enumerate(zip(lefts, days, strict=True), start=1)
    ]


def spread(mode: Mode, amount: str, invoices: list[Open], currency: str = "USD") -> dict[int, str]:
    amounts = propose(mode, Decimal(amount), currency, invoices).amounts
    return {invoice_id: str(share) for invoice_id, share in amounts.items()}


def test_it_works():
    invoices = opens("400.00", "350.00", "500.00")
    assert spread(Mode.OLDEST, "1000", invoices) == {1: "400.00", 2: "350.00", 3: "250.00"}


def test_by_due_date():
    invoices = opens("400.00", "350.00", "500.00", due=(9, None, 3))
    assert spread(Mode.DUE, "600", invoices) == {3: "500.00", 1: "100.00"}


def test_proportionally_to_the_last_cent():
    assert spread(Mode.PROPORTIONAL, "100", opens("10", "10", "10")) == {1: "10.00", 2: "10.00", 3: "10.00"}
    assert spread(Mode.PROPORTIONAL, "0.05", opens("1", "1", "1")) == {1: "0.02", 2: "0.02", 3: "0.01"}
    assert spread(Mode.PROPORTIONAL, "100", opens("1", "2", "3"), "JPY") == {1: "1", 2: "2", 3: "3"}
    assert spread(Mode.PROPORTIONAL, "1", opens("1", "2"), "KWD") == {1: "0.333", 2: "0.667"}
    # The cent left over goes to whoever lost most by rounding, not to whoever has most.
    assert spread(Mode.PROPORTIONAL, "0.03", opens("0.10", "0.04")) == {1: "0.02", 2: "0.01"}


@pytest.mark.parametrize(
    ("amount", "paid"),
    [
        ("500", {3: "500.00"}),
        ("750", {1: "400.00", 2: "350.00"}),
        ("1300.25", {1: "400.00", 2: "350.00", 3: "500.00", 4: "50.25"}),
        ("450.25", {1: "400.00", 4: "50.25"}),
    ],
)
def test_an_exact_match(amount, paid):
    assert spread(Mode.EXACT, amount, opens("400", "350", "500", "50.25")) == paid


def test_no_exact_match():
    proposal = propose(Mode.EXACT, Decimal(60), "USD", opens("50", "20"))
    assert (proposal.amounts, proposal.rest, proposal.is_complete) == ({}, 60, True)


def test_several_exact_matches_take_the_fewest_and_oldest():
    proposal = propose(Mode.EXACT, Decimal(50), "USD", opens("20", "30", "50", "50"))
    assert (list(proposal.amounts), proposal.is_only) == ([3], False)


def test_too_many_sets_to_try_them_all(monkeypatch):
    assert not matching([2] * 60, 61, steps=10_000).is_complete
    # All that leave few out are tried, not all of few.
    assert not matching([2] * 60, 119, steps=10_000).is_complete
    too_many = Match(None, is_only=False, is_complete=False)
    monkeypatch.setattr(proposals, "matching", lambda _values, _target: too_many)
    for mode, is_complete in ((Mode.EXACT, False), (Mode.OLDEST, True)):
        proposal = propose(mode, Decimal("0.61"), "USD", opens("0.02"))
        assert (proposal.is_only, proposal.is_complete) == (is_complete, is_complete)


@pytest.mark.parametrize(
    ("values", "target", "steps", "positions"),
    [
        # The last set there is to try.
        ([1, 2, 4, 8, 16], 24, 8, (3, 4)),
        # Of six, sets of three are looked for by what they take alone; of nine that add up to little, most of the
        # work is to try what is left out.
        ([2] * 6, 7, 38, None),
        ([10] * 9, 15, 252, None),
    ],
)
def test_as_many_steps_as_there_are_sets_are_enough(values, target, steps, positions):
    assert matching(values, target, steps) == Match(positions, positions is not None, is_complete=True)
    assert matching(values, target, steps - 1) == Match(None, is_only=False, is_complete=False)


def test_what_is_finer_than_the_currency_is_left():
    assert spread(Mode.OLDEST, "20", opens("10.1299")) == {1: "10.12"}


@pytest.mark.parametrize("mode", Mode)
def test_where_nothing_is_open_nor_anything_to_spread(mode):
    proposal = propose(mode, Decimal("0.004"), "USD", opens("0", "-5"))
    assert (proposal.amounts, proposal.rest) == ({}, 0)


def test_more_than_is_open_finds_no_place():
    proposal = propose(Mode.OLDEST, Decimal(900), "USD", opens("400", "0", "-5"))
    assert (proposal.amounts, proposal.rest) == ({1: 400}, 500)


CURRENCIES = st.sampled_from(["USD", "JPY", "KWD"])
UNITS = st.integers(min_value=0, max_value=10_000)


@st.composite
def cases(draw) -> tuple[str, Decimal, list[Open]]:
    currency = draw(CURRENCIES)
    step = Decimal(1).scaleb(-minor_digits(currency))
    lefts = draw(st.lists(UNITS, min_size=1, max_size=9))
    dues = draw(st.lists(st.none() | st.integers(0, 9), min_size=len(lefts), max_size=len(lefts)))
    invoices = opens(*[str(left * step) for left in lefts], due=tuple(dues))
    return currency, draw(st.integers(1, 50_000)) * step, invoices


@settings(deadline=None, max_examples=EXAMPLES)
@given(case=cases(), mode=st.sampled_from(Mode))
def test_sums_are_exact_and_never_above_what_is_open(case, mode):
    currency, amount, invoices = case
    proposal = propose(mode, amount, currency, invoices)
    left = {each.invoice_id: each.left for each in invoices}
    assert sum(proposal.amounts.values()) + proposal.rest == amount
    assert all(0 < share <= left[invoice_id] for invoice_id, share in proposal.amounts.items())
    assert all(round(share, minor_digits(currency)) == share for share in proposal.amounts.values())


@settings(deadline=None, max_examples=EXAMPLES)
@given(case=cases(), mode=st.sampled_from([Mode.OLDEST, Mode.DUE, Mode.PROPORTIONAL]))
def test_nothing_is_kept_back_while_something_is_open(case, mode):
    currency, amount, invoices = case
    rest = propose(mode, amount, currency, invoices).rest
    assert rest == max(amount - sum(each.left for each in invoices), 0)


@settings(deadline=None, max_examples=EXAMPLES)
@given(case=cases(), mode=st.sampled_from([Mode.OLDEST, Mode.DUE]))
def test_the_order_is_respected(case, mode):
    """Whoever comes before an invoice that gets something is paid in full."""
    currency, amount, invoices = case
    amounts = propose(mode, amount, currency, invoices).amounts
    far = START + dt.timedelta(days=99)
    if mode == Mode.DUE:
        invoices = sorted(invoices, key=lambda each: each.due_on or far)
    shares = [(amounts.get(each.invoice_id, 0), each.left) for each in invoices]
    last = max((index for index, (share, _left) in enumerate(shares) if share), default=0)
    assert all(share == left for share, left in shares[:last])


@settings(deadline=None, max_examples=EXAMPLES)
@given(case=cases())
def test_shares_are_within_a_unit_of_the_exact_proportion(case):
    currency, amount, invoices = case
    amounts = propose(Mode.PROPORTIONAL, amount, currency, invoices).amounts
    step, total = Decimal(1).scaleb(-minor_digits(currency)), sum(each.left for each in invoices)
    for each in invoices:
        exact = min(amount, total) * each.left / total if total else Decimal(0)
        assert abs(amounts.get(each.invoice_id, 0) - exact) < step


@settings(deadline=None, max_examples=EXAMPLES)
@given(values=st.lists(st.integers(0, 60), max_size=8), target=st.integers(1, 200))
def test_an_exact_match_is_found_whenever_there_is_one(values, target):
    """Against trying every set."""
    usable = [index for index, value in enumerate(values) if 0 < value <= target]
    fitting = [
        each
        for size in range(1, len(usable) + 1)
        for each in combinations(usable, size)
        if sum(values[index] for index in each) == target
    ]
    match = matching(values, target)
    assert match.is_complete
    assert match.is_only == (len(fitting) == 1)
    sizes = {len(each) for each in fitting}
    best = min(sizes, key=lambda size: (min(size, len(usable) - size), size), default=0)
    assert match.positions is None or len(match.positions) == best
    assert match.positions is None or match.positions in fitting
    if best <= len(usable) / 2:  # Among larger sets it goes by what is left out: see below.
        assert match.positions == next((each for each in fitting if len(each) == best), None)
    assert (match.positions is None) == (not fitting)


@pytest.mark.parametrize(
    ("values", "target", "positions"),
    [
        # Nothing is taken twice.
        ([3, 4, 4, 4], 6, None),
        # What it takes and what it leaves out are halves of the same set.
        ([5, 6, 7, 9], 11, (0, 1)),
        ([0, 5], 5, (1,)),
        # Of the smallest amount there is.
        ([1, 5], 6, (0, 1)),
        # The oldest is left out.
        ([2, 3, 5, 4], 12, (1, 2, 3)),
    ],
)
def test_the_only_set_that_fits(values, target, positions):
    match = matching(values, target)
    assert (match.positions, match.is_only, match.is_complete) == (positions, positions is not None, True)


def test_of_those_that_leave_one_out_the_newest_is_left_out():
    assert matching([3, 2, 5, 2, 4], 14).positions == (0, 1, 2, 4)
