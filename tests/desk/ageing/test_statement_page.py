"""A company's statement of account: its page, its files, and what is refused."""

import re

from arportal.receivables.models import Ledger
from tests.desk.ageing.conftest import csv_rows, pdf_text, text_of, xlsx_rows
from tests.whole import only_whole, whole_or

MINUS = "\N{MINUS SIGN}"
ALPHA, BETA = "companies/1/statement/", "companies/2/statement/"
JANUARY = "first=2026-01-01&last=2026-01-31"


def words(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text_of(answer)).split())


def test_the_movements_of_a_period(see):
    page = words(see(f"{ALPHA}?{JANUARY}"))
    assert "Opening balance 0.00 EUR" in page
    assert "Jan 3, 2026 Invoice issued N1 100.00 EUR 100.00 EUR" in page
    assert f"Jan 10, 2026 Payment #7 N1 {MINUS}40.00 EUR 60.00 EUR" in page
    assert "Closing balance 60.00 EUR" in page
    # Not yet due at the end of January.
    assert "Current 1–30 31–60 61–90 91+ Credit 60.00 0.00 0.00 0.00 0.00 0.00" in page  # noqa: RUF001


@only_whole("test_the_files_say_what_the_page_says")
def test_open_invoices_at_its_end(see):
    page = words(see(f"{ALPHA}?shows=open&last=2026-03-31"))
    assert "N1 Jan 3, 2026 Feb 2, 2026 57 days late 60.00 EUR Balance 60.00 EUR" in page
    # As of January the payment that was seen in February counts, and nothing was late.
    assert "N1 Jan 3, 2026 Feb 2, 2026 60.00 EUR" in words(see(f"{ALPHA}?shows=open&{JANUARY}"))


@only_whole("test_the_movements_of_a_period")
def test_with_subsidiaries(see):
    assert "With subsidiaries" not in text_of(see(BETA))
    alone, together = see(f"{ALPHA}?{JANUARY}"), see(f"{ALPHA}?{JANUARY}&subsidiaries=on")
    assert "Closing balance 60.00 EUR" in words(alone)
    assert "Closing balance 310.00 EUR" in words(together)
    assert "N2" in words(together)


@only_whole("test_the_movements_of_a_period")
def test_each_currency_by_itself_and_credits_in_the_foot(see):
    page = words(see("companies/3/statement/?first=2026-01-01"))
    assert "Closing balance 25.00 EUR" in page
    assert "Closing balance 7,000 JPY" in page
    assert f"40.00 0.00 0.00 0.00 0.00 {MINUS}15.00" in page


@only_whole("test_the_movements_of_a_period")
def test_nothing_to_tell(see):
    assert "Nothing was owed at the end of these days" in words(
        see(f"{ALPHA}?first=2025-01-01&last=2025-12-31")
    )


REFUSALS = {
    "The period begins after its end": "first=2026-02-01&last=2026-01-31",
    "still to come": "last=2026-04-01",
    "Enter a valid date": "first=soon",
    "Select a valid choice": "shows=all",
}


def test_what_is_refused_is_said_and_stays_in_the_form(see):
    for reason, query in list(REFUSALS.items())[: whole_or(None, 1)]:
        answer = see(f"{ALPHA}?{query}")
        assert answer.status_code == 422, query
        assert reason in text_of(answer)
        file = see(f"{ALPHA}export.pdf?{query}")
        assert (file.status_code, file["Location"]) == (302, f"/s/books/{ALPHA}?{query}")
    assert 'value="2026-02-01"' in text_of(see(f"{ALPHA}?{REFUSALS['The period begins after its end']}"))
    assert see(f"{ALPHA}export.doc").status_code == 404


def test_the_files_say_what_the_page_says(see):
    movements = f"?{JANUARY}"
    for rows in (
        csv_rows(see(f"{ALPHA}export.csv{movements}")),
        xlsx_rows(see(f"{ALPHA}export.xlsx{movements}")),
    ):
        assert [(row["Entry"], row["Invoice"] or "", float(row["Balance"])) for row in rows] == [
            ("Opening balance", "", 0),
            ("Invoice issued", "N1", 100),
            ("Payment", "N1", 60),
            ("Closing balance", "", 60),
        ]
    [item] = csv_rows(see(f"{ALPHA}export.csv?shows=open"))
    assert (item["Invoice"], item["Due"], item["Days late"]) == ("N1", "2026-02-02", "57")
    assert float(item["Balance"]) == 60


def test_the_pdf_speaks_to_the_customer(see):
    text = " ".join(pdf_text(see(f"{ALPHA}export.pdf?{JANUARY}")).split())
    assert "Statement of account" in text
    assert "To Alpha" in text
    assert "From January 1, 2026" in text
    assert "Opening balance 0.00" in text
    assert f"January 10, 2026 Payment N1 {MINUS}40.00 60.00" in text
    assert "Balance EUR 60.00" in text


@only_whole("test_the_pdf_speaks_to_the_customer")
def test_the_pdf_of_what_nobody_explains_and_of_open_invoices(see):
    # What nobody explains is an adjustment to them: how we came to know of it is our own affair.
    march = " ".join(pdf_text(see(f"{BETA}export.pdf?first=2026-03-01")).split())
    assert f"March 20, 2026 Adjustment N2 {MINUS}30.00 220.00" in march
    items = " ".join(pdf_text(see(f"{ALPHA}export.pdf?shows=open")).split())
    assert "N1 January 3, 2026 February 2, 2026 60.00" in items
    assert "Opening balance" not in items


def test_who_sees_another_company_alone(see, restricted):
    for page in whole_or((ALPHA, f"{ALPHA}export.pdf"), (f"{ALPHA}export.pdf",)):
        assert see(page, restricted).status_code == 404
    assert see(BETA, restricted).status_code == 200


@only_whole("desk/ageing/test_ageing_page.py::test_a_ledger_that_is_not_built_shows_no_figures")
def test_while_the_ledger_is_built_there_is_none(see, books):
    Ledger.objects.filter(store=books.store).update(built_at=None)
    assert "Closing balance" not in text_of(see(ALPHA))
    assert see(f"{ALPHA}export.csv")["Location"].endswith(f"{ALPHA}?")
