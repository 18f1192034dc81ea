"""The same figures everywhere: page, CSV, XLSX, the invoices behind each figure, and today's list of invoices."""

import re
from decimal import Decimal

import pytest

from arportal.stores.models import Membership
from tests.desk.ageing.conftest import csv_rows, links_of, number, rows_of, tables, text_of, xlsx_rows
from tests.desk.conftest import totals
from tests.whole import only_whole, whole_or

# Everything a report can be asked, as the address says it.
QUERIES = [
    "",
    "on=2026-02-28",
    "on=2026-02-28&known=2026-02-28",
    "on=2026-01-31&known=2026-02-02&by=parent",
    "basis=issued&buckets=20,50",
    "by=parent",
    "by=x-salesperson",
    "on=2026-02-28&by=x-salesperson&basis=issued",
]


def figures_of_page(answer) -> dict[tuple[str, str], list[Decimal]]:
    """Currency and name → figures, without the totals."""
    return {
        (currency, row[0]): [number(cell) for cell in row[1:]]
        for currency, rows in tables(answer).items()
        for row in rows[1:]
    }


def figures_of_rows(rows) -> dict[tuple[str, str], list[Decimal]]:
    """Of a file; its first four columns are no figures. Nothing is on account here, and no page has that column."""
    figures = {}
    for row in rows:
        assert not Decimal(str(row["On account"] or 0))
        values = [value for name, value in row.items() if name != "On account"]
        figures[values[3], values[2]] = [Decimal(str(value or 0)) for value in values[4:]]
    return figures


def invoices_behind(see, address: str, person: Membership | None = None) -> Decimal:
    """The sum of the invoices listed on all pages of this address, which must be what the page says it is."""
    total, first = Decimal(0), text_of(see(address, person))
    said = number(re.sub(r"<[^>]+>", "", re.search(r"<p><span class=\"money\">.*?</p>", first)[0]))
    page = first
    while page:
        total += sum(number(row[-1]) for row in rows_of(page))
        following = page.partition('rel="next" href="')[2].partition('"')[0]
        page = text_of(see(f"ageing/invoices/{following}", person)) if following else ""
    assert total == said
    return total


@pytest.mark.parametrize("who", whole_or(["everything", "one company"], ["everything"]))
def test_page_files_and_invoices_agree(see, books, restricted, who):
    queries = whole_or(QUERIES, QUERIES[3:4]) if who == "everything" else whole_or(QUERIES[1:4], QUERIES[2:3])
    person = books.controller if who == "everything" else restricted
    for query in queries:
        page = see(f"ageing/?{query}", person)
        shown = figures_of_page(page)
        assert shown
        assert figures_of_rows(csv_rows(see(f"ageing/export.csv?{query}", person))) == shown, query
        assert figures_of_rows(xlsx_rows(see(f"ageing/export.xlsx?{query}", person))) == shown, query
        columns: dict[str, list[list[Decimal]]] = {}
        for (currency, _name), figures in shown.items():
            columns.setdefault(currency, []).append(figures)
        sums = {
            currency: [sum(column) for column in zip(*rows, strict=True)]
            for currency, rows in columns.items()
        }
        said = {currency: [number(cell) for cell in rows[0][1:]] for currency, rows in tables(page).items()}
        assert said == sums, query
        links = links_of(page)
        assert links
        for address, figure in links:
            behind = invoices_behind(see, address.removeprefix("/s/books/"), person)
            assert behind == number(figure), (query, address)


def test_today_agrees_with_the_list_of_invoices(viewer, browse):
    """On the demo store: totals by currency, and each company's open and credit."""
    browser = browse(viewer)
    shown = tables(browser.get("/s/demo/ageing/"))
    assert shown
    listed = {}
    for row in totals(browser.get("/s/demo/invoices/?totals=all&cols=number+balance")):
        listed[row[0]] = [number(cell.partition(" ")[2]) for cell in row[1:]]
    said = {rows[0][0]: [number(cell) for cell in rows[0][-3:]] for rows in shown.values()}
    assert said == {name: figures for name, figures in listed.items() if any(figures)}


@only_whole("desk/ageing/test_converted.py::test_the_files_say_the_same")
def test_figures_of_a_file_are_numbers_and_its_days_days(see):
    row = xlsx_rows(see("ageing/export.xlsx?on=2026-02-28&known=2026-03-01"))[0]
    assert [str(row["As of"])[:10], str(row["As known on"])[:10]] == ["2026-02-28", "2026-03-01"]
    assert row["Open"] == 250
    assert see("ageing/export.pdfx").status_code == 404
    answer = see("ageing/export.csv?on=never")
    assert (answer.status_code, answer["Location"]) == (302, "/s/books/ageing/?on=never")


@only_whole("test_page_files_and_invoices_agree")
def test_a_figure_that_no_report_has(see, restricted):
    for address in (
        "of=31-61&currency=EUR",
        "of=open",
        "of=open&currency=EUR&group=x",
        f"of=open&currency=EUR&group={'9' * 30}",
    ):
        assert see(f"ageing/invoices/?{address}").status_code == 404, address
    # What is out of sight is as if there were nothing.
    assert "N1" not in text_of(see("ageing/invoices/?of=open&currency=EUR&group=1", restricted))
    assert "0.00" in text_of(see("ageing/invoices/?of=open&currency=EUR&group=1", restricted))
