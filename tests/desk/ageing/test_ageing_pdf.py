"""The ageing report as a PDF: what the page says, on the store's paper."""

import pytest

from arportal.documents import ageing as ageing_documents
from tests.desk.ageing.conftest import pdf_rows, pdf_text, tables, text_of
from tests.whole import only_whole, whole_or

DASH = "\N{EN DASH}"


def written(row: list[str]) -> list[str]:
    return [cell for cell in row if cell != DASH]


@pytest.mark.parametrize("who", whole_or(["everything", "one company"], ["one company"]))
def test_it_says_what_the_page_says(see, books, restricted, who):
    person = restricted if who == "one company" else books.controller
    queries = [
        "on=2026-01-31&known=2026-02-02&by=parent",
        "",
        "basis=issued&buckets=20,50&by=x-salesperson",
    ]
    for query in whole_or(queries, queries[:1]):
        shown = {
            currency: [*map(written, rows[1:]), written(rows[0])]
            for currency, rows in tables(see(f"ageing/?{query}", person)).items()
        }
        answer = see(f"ageing/export.pdf?{query}", person)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert pdf_rows(answer) == shown, query


@only_whole("test_it_says_what_the_page_says")
def test_its_head_and_what_it_rests_on(see, restricted):
    text = pdf_text(see("ageing/export.pdf?on=2026-03-30&known=2026-03-31"))
    for words in ("Ageing", "March 30, 2026", "As known March 31, 2026", "due date", "Page 1 of 1", "Books"):
        assert words in text
    assert "Balance edited outside \N{MINUS SIGN}30.00" in text
    assert "those that Rae Stricted sees" in pdf_text(see("ageing/export.pdf", restricted))


@only_whole("test_it_says_what_the_page_says")
def test_heads_repeat_on_every_page(see, many):
    text = pdf_text(see("ageing/export.pdf?currency=EUR"))
    assert "Page 2 of " in text
    assert text.count("Company Current 1") == text.count("Page ") >= 2


def test_one_that_is_too_long_is_refused_on_the_page(see, monkeypatch):
    monkeypatch.setattr(ageing_documents, "MOST_ROWS", 2)
    answer = see("ageing/export.pdf?by=company")
    assert answer.status_code == 302
    assert answer["Location"] == "/s/books/ageing/?by=company"
    assert "has 4 rows, and a PDF holds 2" in answer.wsgi_request._messages._queued_messages[0].message


@only_whole("test_it_says_what_the_page_says")
def test_nothing_to_show(see):
    assert "No invoice had a balance" in pdf_text(see("ageing/export.pdf?on=2025-12-31"))
    assert "Nothing was owed" in text_of(see("ageing/?on=2025-12-31"))
