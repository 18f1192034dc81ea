"""A list as a file: what is filtered or selected, and nothing else."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from arportal.desk.lists import downloads
from arportal.mirror.models import Invoice
from arportal.stores.models import Membership, Store
from tests.desk.conftest import START, an_invoice, body
from tests.whole import only_whole

SHOWN = [
    "Invoice",
    "Company",
    "Issued",
    "Due",
    "Status",
    "Pending",
    "Currency",
    "Original",
    "Paid",
    "Balance",
]


@pytest.fixture
def post(books, browse):
    browser = browse(books)
    return lambda address, data: browser.post(f"/s/books/{address}", data)


def lines(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body(answer).decode("utf-8-sig"), newline="")))


def numbers(answer) -> list[str]:
    return [line["Invoice"] for line in lines(answer)]


@pytest.fixture
def three(books):
    """Invoices in dollars, yen and dinars."""
    cases = [("A-1", "USD", "10.5"), ("A-2", "JPY", "1200"), ("B-3", "KWD", "7.125")]
    for number, (name, currency, amount) in enumerate(cases, start=1):
        an_invoice(
            books.store,
            number,
            number=name,
            currency=currency,
            company_name=f"Company {number}",
            original_balance=Decimal(amount) * 2,
            open_balance=Decimal(amount),
            status=1,
            issued_at=START + number * dt.timedelta(days=1),
            due_at=timezone.now() + dt.timedelta(days=9),
        ).save()


def test_it_works(see, three):
    answer = see("invoices/export.csv?sort=number")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    first, *_others = found = lines(answer)
    assert list(first) == SHOWN
    assert [line["Balance"] for line in found] == ["10.50", "1200", "7.125"]
    assert [line["Paid"] for line in found] == ["10.50", "1200", "7.125"]
    assert [line["Currency"] for line in found] == ["USD", "JPY", "KWD"]
    assert (first["Issued"], first["Status"], first["Company"]) == ("2026-01-02", "Partly paid", "Company 1")


def test_xlsx_has_numbers_and_dates(see, three, books):
    answer = see("invoices/export.xlsx?sort=number")
    today = books.store.today(timezone.now())
    assert f'filename="Invoices {today}.xlsx"' in answer["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(body(answer))).active
    assert [cell.value for cell in sheet[1]] == SHOWN
    assert (sheet["C2"].value, sheet["H2"].value, sheet["J4"].value) == (dt.datetime(2026, 1, 2), 21, 7.125)
    assert sheet["J4"].number_format == "#,##0.000"


def test_exactly_what_is_filtered_in_its_order(see, three):
    expected = {
        "currency=JPY": ["A-2"],
        "q=a&sort=-number": ["A-2", "A-1"],
        "open_from=10&sort=number": ["A-1", "A-2"],
        "sort=-issued": ["B-3", "A-2", "A-1"],
        "company=nobody": [],
    }
    assert {query: numbers(see(f"invoices/export.csv?{query}")) for query in expected} == expected


@only_whole("test_it_works")
def test_the_columns_that_are_shown(see, three):
    found = lines(see("invoices/export.csv?cols=number+open+po&currency=USD"))
    assert found == [{"Invoice": "A-1", "PO": "", "Currency": "USD", "Open": "10.50"}]


def test_every_row_however_many_are_read_at_a_time(
    see, write, books, monkeypatch, django_assert_max_num_queries
):
    write(10)
    with django_assert_max_num_queries(30) as few:
        body(see("invoices/export.csv?cols=number+channel"))
    enough = len(few)
    Invoice.objects.bulk_create(an_invoice(books.store, number) for number in range(11, 231))
    monkeypatch.setattr(downloads, "ROWS_AT_A_TIME", 100)
    assert len(numbers(see("invoices/export.csv"))) == 230
    monkeypatch.undo()
    with django_assert_max_num_queries(enough):
        body(see("invoices/export.csv?cols=number+channel"))


def test_what_is_selected(post, three):
    # As a script sends what was selected on other pages, and as the boxes of this one do.
    assert numbers(post("invoices/export.csv", {"invoice": ["1 2", "3"], "query": "sort=-number"})) == [
        *("B-3", "A-2", "A-1")
    ]


@only_whole("test_what_is_selected")
def test_what_is_selected_stays_so_though_it_has_left_the_filter(post, three):
    assert numbers(post("invoices/export.csv", {"invoice": "1", "query": "status=overdue"})) == ["A-1"]


def test_everything_that_matches_whatever_is_ticked(post, three):
    sent = {"everything": "yes", "query": "q=a&sort=number", "invoice": "3"}
    assert numbers(post("invoices/export.csv", sent)) == ["A-1", "A-2"]


def test_nothing_is_selected(post, three):
    answer = post("invoices/export.csv", {"query": "status=open"})
    assert (answer.status_code, answer["Location"]) == (302, "/s/books/invoices/?status=open")
    assert "Select at least one row first." in str(answer.wsgi_request._messages._queued_messages[0])


@only_whole("test_what_is_selected")
def test_ids_that_are_none(post, three):
    for ids in ("x", "-1", "1e3", "99999999999999999999999", "9223372036854775808", "\uff11"):
        assert post("invoices/export.csv", {"invoice": ids}).status_code in (200, 302), ids


def test_a_query_that_cannot_be_understood_is_shown_on_the_list(see, post, three):
    assert see("invoices/export.csv?status=late")["Location"] == "/s/books/invoices/?status=late"
    answer = post("invoices/export.csv", {"everything": "yes", "query": "cols=colour"})
    assert answer["Location"] == "/s/books/invoices/?cols=colour"


@only_whole("test_a_query_that_cannot_be_understood_is_shown_on_the_list")
def test_an_unknown_kind(see, three):
    assert see("invoices/export.pdf").status_code == 404


def test_nobody_gets_the_rows_of_others(see, post, three, books):
    other = Store.objects.create(
        slug="other", name="Other", store_hash="other", api_url="http://127.0.0.1:9/"
    )
    an_invoice(other, 4, number="C-4").save()
    Membership.objects.filter(pk=books.pk).update(all_companies=False, company_ids=[1, 2])
    assert numbers(see("invoices/export.csv?sort=number")) == ["A-1", "A-2"]
    assert numbers(post("invoices/export.csv", {"invoice": "1 3 4"})) == ["A-1"]
    assert numbers(post("invoices/export.csv", {"everything": "yes"})) == ["A-2", "A-1"]


def test_names_of_customers_are_no_formulas(see, books):
    an_invoice(books.store, 1, number="-1", company_name='=HYPERLINK("http://x")', open_balance=-5).save()
    [line] = lines(see("invoices/export.csv"))
    assert (line["Invoice"], line["Company"][:2], line["Balance"]) == ("'-1", "'=", "-5.00")


def test_days_are_the_stores(see, books):
    books.store.time_zone = "Asia/Tokyo"
    books.store.save()
    an_invoice(books.store, 1, issued_at=dt.datetime(2026, 3, 5, 23, 30, tzinfo=dt.UTC)).save()
    assert lines(see("invoices/export.csv"))[0]["Issued"] == "2026-03-06"
    assert lines(see("invoices/export.csv?cols=number+activity"))[0]["Last activity"] == ""


def test_sent_as_it_is_read(see, write, monkeypatch):
    """The first piece is there before the last row has been read."""
    monkeypatch.setattr(downloads, "ROWS_AT_A_TIME", 20)
    monkeypatch.setattr("arportal.documents.tables.ROWS_A_PIECE", 10)
    write(100)
    answer = see("invoices/export.csv")
    pieces = iter(answer.streaming_content)
    next(pieces)
    assert len(next(pieces).splitlines()) == 10
    Invoice.objects.filter(store__slug="books").delete()
    assert sum(len(piece.splitlines()) for piece in pieces) == 91  # The cursor still holds what there was.
    answer.close()
