"""Paging by the last row seen."""

from itertools import product

import pytest

from arportal.desk.lists import keyset
from arportal.desk.lists.keyset import BadCursor, Order
from arportal.mirror.models import Invoice
from tests.whole import whole_or

SIZE = 7
ENOUGH = 12
FIELDS = (
    "number",
    "company_name",
    "issued_on",
    "due_on",
    "issued_at",
    "original_balance",
    "open_balance",
    "api_id",
)


@pytest.fixture
def rows(books, write):
    write(60)
    return Invoice.objects.visible_to(books)


def order(name: str, descending: bool) -> Order:
    return Order(Invoice._meta.get_field(name), descending)


def walk_forwards(rows, by: Order) -> list[list[int]]:
    pages, position = [], None
    for _ in range(ENOUGH):
        page = keyset.after(rows, by, position, SIZE)
        pages.append([row.api_id for row in page.rows])
        if not page.has_next:
            break
        position = by.position(by.cursor(page.rows[-1]))
    return pages


def walk_backwards(rows, by: Order, last_page: list[int]) -> list[list[int]]:
    pages, first = [last_page], last_page[0]
    for _ in range(ENOUGH):
        position = by.position(by.cursor(rows.get(api_id=first)))
        page = keyset.before(rows, by, position, SIZE)
        pages.insert(0, [row.api_id for row in page.rows])
        if not page.has_previous:
            break
        first = pages[0][0]
    return pages


def test_every_row_once_in_both_directions(rows):
    # In the suite a text, a day that may be missing, an amount with many alike, and the id.
    some = [("number", False), ("due_on", True), ("open_balance", True), ("api_id", False)]
    for name, descending in whole_or(list(product(FIELDS, (False, True))), some):
        by = order(name, descending)
        pages = walk_forwards(rows, by)
        assert walk_backwards(rows, by, pages[-1]) == pages, by
        walked = [api_id for page in pages for api_id in page]
        assert sorted(walked) == list(range(1, 61)), by
        assert walked == expected(rows, name, descending), by


def expected(rows, name: str, descending: bool) -> list[int]:
    """By value, then id; rows without a value last, whatever the direction."""
    with_value = [row for row in rows if getattr(row, name) is not None]
    without = [row for row in rows if getattr(row, name) is None]
    with_value.sort(key=lambda row: (getattr(row, name), row.api_id), reverse=descending)
    without.sort(key=lambda row: row.api_id, reverse=descending)
    return [row.api_id for row in with_value + without]


def test_a_row_that_is_gone_still_marks_the_place(rows):
    by = order("issued_at", False)
    first = keyset.after(rows, by, None, SIZE)
    position = by.position(by.cursor(first.rows[-1]))
    following = [row.api_id for row in keyset.after(rows, by, position, SIZE).rows]
    rows.filter(api_id=first.rows[-1].api_id).delete()
    assert [row.api_id for row in keyset.after(rows, by, position, SIZE).rows] == following


def test_no_offset(rows, django_assert_num_queries):
    by = order("open_balance", True)
    position = by.position(by.cursor(rows.get(api_id=9)))
    with django_assert_num_queries(1) as captured:
        keyset.after(rows, by, position, SIZE)
    assert "OFFSET" not in captured.captured_queries[0]["sql"]


@pytest.mark.parametrize("cursor", ["", "x", "WzEsMV0:1:x"])
def test_a_foreign_cursor(cursor):
    with pytest.raises(BadCursor):
        order("number", False).position(cursor)


def test_a_cursor_of_another_order(rows):
    cursor = order("number", False).cursor(rows[0])
    with pytest.raises(BadCursor):
        order("number", True).position(cursor)
