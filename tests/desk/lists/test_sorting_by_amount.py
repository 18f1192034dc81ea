"""Lists in the order of an amount: currency by currency, the store's own first, in every page and both ways."""

import csv
import io
import re
from decimal import Decimal
from itertools import groupby, product

import pytest
from django.db import connection
from django.http import QueryDict

from arportal.desk.invoices.list import INVOICES
from arportal.desk.lists import keyset
from arportal.desk.lists.keyset import Order
from arportal.desk.lists.lists import ListQuery
from arportal.desk.lists.tables import Viewer
from arportal.desk.orders.list import ORDERS
from arportal.desk.payments.list import PAYMENTS
from arportal.desk.receipts.list import LINES, RECEIPTS
from arportal.mirror.models import Invoice, Payment
from arportal.mirror.models import Order as StoreOrder
from arportal.mirror.models.balances import PAID_AMOUNT
from arportal.mirror.models.rows import MoneyField
from arportal.stores.models import Store
from tests.desk.conftest import an_invoice, body, ids, rows_of
from tests.desk.lists.test_prev_next import walked
from tests.whole import only_whole, whole_or

SIZE = 7
AMOUNTS = ("balance", "original_balance", "paid")


@pytest.fixture
def rows(books, write):
    """Sixty invoices in dollars, euros, yen and dinars; the store's own is neither first nor last by its code."""
    Store.objects.filter(pk=books.store_id).update(currency="JPY")
    books.store.refresh_from_db()
    write(60)
    Invoice.objects.filter(store=books.store, api_id__in=(8, 9)).update(open_balance=Decimal("-3.5"))
    return Invoice.objects.visible_to(books)


def order_by(name: str, descending: bool, own: str = "JPY") -> Order:
    if name == "paid":
        return Order(MoneyField(), descending, PAID_AMOUNT, "by_paid", own_currency=own)
    return Order(Invoice._meta.get_field(name), descending, own_currency=own)


def amount(row, name: str) -> Decimal:
    return row.original_balance - row.balance if name == "paid" else getattr(row, name)


def expected(rows, name: str, descending: bool) -> list[int]:
    found = sorted(rows, key=lambda row: (amount(row, name), row.api_id), reverse=descending)
    found.sort(key=lambda row: (row.currency != "JPY", row.currency))
    return [row.api_id for row in found]


def pages_forwards(rows, by: Order) -> list[list[int]]:
    pages, page = [], keyset.after(rows, by, None, SIZE)
    while True:
        pages.append([row.api_id for row in page.rows])
        if not page.has_next:
            return pages
        page = keyset.after(rows, by, by.position(by.cursor(page.rows[-1])), SIZE)


def pages_backwards(rows, by: Order, last: list[int]) -> list[list[int]]:
    annotated = rows if by.expression is None else rows.annotate(**{by.name: by.expression})
    pages = [last]
    while True:
        position = by.position(by.cursor(annotated.get(api_id=pages[0][0])))
        page = keyset.before(rows, by, position, SIZE)
        pages.insert(0, [row.api_id for row in page.rows])
        if not page.has_previous:
            return pages


def test_every_row_once_in_both_directions(rows):
    for name, descending in whole_or(
        list(product(AMOUNTS, (False, True))), [("balance", True), ("paid", False)]
    ):
        by = order_by(name, descending)
        pages = pages_forwards(rows, by)
        assert pages_backwards(rows, by, pages[-1]) == pages, by
        assert [api_id for page in pages for api_id in page] == expected(rows, name, descending), by
        assert [row.api_id for row in by.all_of(rows)] == expected(rows, name, descending), by


@only_whole("test_the_list_and_its_pages")
def test_wherever_the_stores_own_currency_stands(rows):
    currencies = dict(rows.values_list("api_id", "currency"))
    for own in ("EUR", "USD", "JPY", "CHF"):
        by = order_by("balance", True, own)
        pages = pages_forwards(rows, by)
        assert pages_backwards(rows, by, pages[-1]) == pages, own
        seen = [code for code, _group in groupby(currencies[api_id] for page in pages for api_id in page)]
        assert seen == sorted({"EUR", "JPY", "KWD", "USD"}, key=lambda code: (code != own, code)), own


@pytest.fixture
def orders(books):
    """Some have no total, two of them not even a currency."""
    totals = ["5", None, "7", "5", None, "1", None, "2", "9"]
    currencies = ["EUR", "", "USD", "USD", "USD", "JPY", "", "EUR", "USD"]
    StoreOrder.objects.bulk_create(
        StoreOrder(
            store=books.store, api_id=number, b2b_id=number, status_code=11, currency=currency,
            total=None if total is None else Decimal(total),
        )
        for number, (total, currency) in enumerate(zip(totals, currencies, strict=True), start=1)
    )  # fmt: skip
    return StoreOrder.objects.visible_to(books)


def test_rows_without_an_amount_come_last(orders, monkeypatch):
    monkeypatch.setitem(globals(), "SIZE", 2)
    cases = ((True, [9, 3, 4, 1, 8, 6, 7, 5, 2]), (False, [4, 3, 9, 8, 1, 6, 2, 5, 7]))
    for descending, in_order in cases:
        by = Order(StoreOrder._meta.get_field("total"), descending, own_currency="USD")
        pages = pages_forwards(orders, by)
        assert pages_backwards(orders, by, pages[-1]) == pages, by
        assert [api_id for page in pages for api_id in page] == in_order, by
        assert [row.api_id for row in by.all_of(orders)] == in_order, by


SORTS = ("balance", "-balance", "original", "-paid", "-open", "credit")
SEARCHES = ("", "&q=company", "&q=n5", "&q=n")
SOME_LISTS = [("-balance", ""), ("original", "&q=company"), ("-paid", "&q=n5"), ("credit", "&q=n")]


def in_order(rows, sort: str, search: str = "") -> list[int]:
    name = {"original": "original_balance", "paid": "paid"}.get(sort.removeprefix("-"), "balance")
    meant = [row for row in rows if search != "&q=n5" or row.number == "N5"]
    return expected(meant, name, sort.startswith("-"))


def test_the_list_and_its_pages(rows, page_of, monkeypatch):
    monkeypatch.setattr(keyset, "NEAR", 3)
    for sort, search in whole_or(list(product(SORTS, SEARCHES)), SOME_LISTS):
        meant = in_order(rows, sort, search)
        first = page_of(INVOICES, f"sort={sort}{search}")
        assert rows_of(first) == meant[:50], (sort, search)
        if len(meant) > 50:
            last = page_of(INVOICES, first.next_url.removeprefix("?"))
            assert rows_of(last) == meant[50:], (sort, search)
            assert rows_of(page_of(INVOICES, last.previous_url.removeprefix("?"))) == meant[:50], (
                sort,
                search,
            )


def test_its_file(rows, see, monkeypatch):
    monkeypatch.setattr(keyset, "NEAR", 3)
    numbers = {row.api_id: row.number for row in rows}
    for sort, search in whole_or(list(product(SORTS, SEARCHES)), SOME_LISTS):
        text = body(see(f"invoices/export.csv?sort={sort}{search}&cols=number")).decode("utf-8-sig")
        exported = [line["Invoice"] for line in csv.DictReader(io.StringIO(text, newline=""))]
        assert exported == [numbers[api_id] for api_id in in_order(rows, sort, search)], (sort, search)


@only_whole("test_the_list_and_its_pages")
def test_from_one_row_to_the_next_over_currencies(rows, books):
    for sort in ("-balance", "paid"):
        meant = in_order(rows, sort)
        assert walked(books, meant[0], f"sort={sort}") == meant, sort


def test_a_cursor_of_a_store_with_another_currency(rows):
    cursor = order_by("balance", True).cursor(rows[0])
    with pytest.raises(keyset.BadCursor):
        order_by("balance", True, "USD").position(cursor)


def test_one_query_a_page_until_the_currency_ends(rows, django_assert_num_queries):
    Invoice.objects.filter(store__slug="books", api_id__lte=50).update(currency="JPY")
    by = order_by("balance", True)
    with django_assert_num_queries(1):
        page = keyset.after(rows, by, None, SIZE)
    position = by.position(by.cursor(page.rows[-1]))
    with django_assert_num_queries(1) as captured:
        keyset.after(rows, by, position, SIZE)
    assert "OFFSET" not in captured.captured_queries[0]["sql"]


def head_of(head: str, label: str) -> str:
    """The cell of that column in a table's head."""
    (cell,) = re.findall(rf'<th scope="col"[^>]*><a [^>]*>{label} .*?</th>', head, re.DOTALL)
    return cell


def test_the_first_click_and_the_second(page_of):
    """The heads of a list that goes by none of these columns, by one of them, and by that one reversed."""

    def head(sort: str, label: str) -> tuple[str, str]:
        cell = head_of(page_of(INVOICES, f"sort={sort}").head, label)
        aria_sort = re.search(r'aria-sort="([^"]*)"', cell)
        return re.search(r'href="\?sort=([^"]*)"', cell)[1], aria_sort[1] if aria_sort else ""

    def way(sort: str) -> str:
        return "descending" if sort.startswith("-") else "ascending"

    cases = [
        ("Balance", "-balance", "balance"),
        ("Original", "-original", "original"),
        ("Paid", "-paid", "paid"),
        ("Due", "-due", "due"),
        ("Invoice", "number", "-number"),
        ("Company", "company", "-company"),
        ("Status", "status", "-status"),
    ]
    for label, first, second in cases:
        assert head("pending", label) == (first, ""), label
        assert head(first, label) == (second, way(first)), label
        assert head(second, label) == (first, way(second)), label


def test_the_first_click_on_credit_shows_the_largest_one(page_of):
    assert "sort=credit" in head_of(page_of(INVOICES, "cols=number+credit").head, "Credit")


def test_each_amount_has_an_index(books, django_assert_max_num_queries):
    """With sorting forbidden, PostgreSQL must find an index that gives the order, from the middle of it too."""
    cases = [
        (INVOICES, "sort=-balance", "invoice_by_balance"),
        (INVOICES, "sort=original", "invoice_by_original"),
        (INVOICES, "sort=-paid", "invoice_by_paid"),
        (PAYMENTS, "sort=-total&status=all", "payment_by_total"),
        (RECEIPTS, "sort=-total", "receipt_by_net"),
        (LINES, "sort=amount", "receipt_line_by_net"),
        (ORDERS, "sort=-total", "order_by_total"),
    ]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    for declared, query, index in cases:
        list_query = ListQuery(declared, QueryDict(query), Viewer(books, None))
        with django_assert_max_num_queries(9) as captured:
            list_query.after(keyset.Position(Decimal(5), 7, "USD"), 50)
        plan = _plan(captured.captured_queries[0]["sql"])
        assert index in plan, query
        assert "Sort" not in plan, query
        assert re.search(r"Index Cond: .*ROW\(", plan), query


def _plan(query: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {query}")
        return "\n".join(line for (line,) in cursor.fetchall())


@only_whole("test_one_invoice_of_each_currency")
def test_payments_by_amount(books, see, write):
    write(60)
    rows = list(Payment.objects.visible_to(books))
    rows.sort(key=lambda row: (row.currency != "USD", row.currency, -row.total, -row.api_id))
    assert ids(see("payments/?status=all&sort=-total")) == [row.api_id for row in rows][:50]


def test_one_invoice_of_each_currency(books, see):
    for number, (currency, left) in enumerate(
        [("JPY", 98000), ("USD", 20), ("EUR", 500), ("USD", 30)], start=1
    ):
        an_invoice(
            books.store, number, currency=currency, open_balance=left, original_balance=left, status=0
        ).save()
    assert ids(see("invoices/?sort=-balance")) == [4, 2, 3, 1]
    assert ids(see("invoices/?sort=balance")) == [2, 4, 3, 1]
