"""Month-ends: which are to be kept, of whom, and whether the ledger still says what was kept."""

import datetime as dt
from decimal import Decimal

import pytest

from arportal.receivables.ageing.ageing import AsOf
from arportal.receivables.ageing.buckets import Buckets
from arportal.receivables.ageing.snapshots import (
    as_known_then,
    is_to_keep,
    keep_month_end,
    kept,
    mismatches,
    month_end_to_keep,
)
from arportal.receivables.models import AgeingSnapshot, Basis, SnapshotRow
from tests.receivables.ledger.books import Books

TODAY = dt.date(2026, 3, 31)
JANUARY, FEBRUARY = dt.date(2026, 1, 31), dt.date(2026, 2, 28)


@pytest.fixture
def february(owing) -> AgeingSnapshot:
    return keep_month_end(owing.store, FEBRUARY, TODAY)


def test_which_are_to_be_kept(owing, february):
    store = owing.store
    assert [is_to_keep(store, day) for day in (dt.date(2025, 12, 31), JANUARY, FEBRUARY)] == [
        False,
        True,
        False,
    ]
    # Another store has kept none; one without a ledger has none to keep.
    elsewhere = Books(slug="elsewhere")
    assert not is_to_keep(elsewhere.store, FEBRUARY)
    elsewhere.begin("2026-01-01")
    assert is_to_keep(elsewhere.store, FEBRUARY)
    # The minutes after midnight are left to what the day before still writes down.
    moments = ("2026-03-01T00:09", "2026-03-01T00:11")
    found = [month_end_to_keep(elsewhere.store, elsewhere.moment(moment)) for moment in moments]
    assert found == [JANUARY, FEBRUARY]


def test_of_this_month_and_of_the_companies_that_one_sees(owing, february, seeing):
    keep_month_end(owing.store, JANUARY, TODAY)
    figures = {(row.company_id, row.currency): row.amounts for row in kept(owing.controller, february)}
    assert figures == {
        (1, "EUR"): (0, 60, 0, 0, 0),
        (2, "EUR"): (250, 0, 0, 0, 0),
        (3, "JPY"): (0, 7000, 0, 0, 0),
        (4, "EUR"): (0, 90, 0, 0, 0),
    }
    assert [row.company_id for row in kept(seeing(2), february)] == [2]


def test_what_the_ledger_says_otherwise(owing, february):
    assert mismatches(owing.controller, february, TODAY) == []
    rows = SnapshotRow.objects.filter(snapshot=february)
    rows.filter(company_id=2).update(credit=Decimal("-0.01"))
    rows.filter(company_id=3).delete()
    rows.filter(company_id=4).update(company_id=44)
    wrong = mismatches(owing.controller, february, TODAY)
    assert [(each.company_id, each.kept is None, each.asked is None) for each in wrong] == [
        (2, False, False),
        (3, True, False),
        (4, True, False),
        (44, False, True),
    ]


def test_it_is_asked_again_in_the_buckets_in_which_it_was_kept():
    snapshot = AgeingSnapshot(as_of=FEBRUARY, basis=Basis.ISSUED, buckets="15")
    assert as_known_then(snapshot, TODAY) == AsOf(FEBRUARY, TODAY, FEBRUARY, Basis.ISSUED, Buckets((15,)))
