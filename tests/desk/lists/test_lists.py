"""Lists: filter, order and page in the address; page and fragment from one source."""

import re

from arportal.desk.invoices.list import INVOICES
from arportal.mirror.models import Company, Invoice, Payment
from tests.desk.conftest import START, an_invoice, ids, rows_of
from tests.whole import only_whole, whole_or

SORTS = (
    *("number", "-number", "company", "-company", "issued", "-issued", "due", "-due", "-original", "-open"),
    *(
        "paid",
        "-paid",
        "status",
        "-status",
        "-pending",
        "channel",
        "-source",
        "activity",
        "days_late",
        "-days_late",
    ),
)


def link(answer, rel: str) -> str:
    found = re.search(rf'rel="{rel}" href="([^"]*)"', answer.content.decode())
    return found[1].replace("&amp;", "&") if found else ""


def without_token(answer) -> str:
    """The token is written anew each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def test_it_works(see, write):
    write(60)
    answer = see("invoices/")
    assert answer.status_code == 200
    assert len(ids(answer)) == 50
    assert "60 rows" in answer.content.decode()


@only_whole("test_the_page_leads_on_and_back")
def test_next_and_previous_meet_every_row_once(page_of, write):
    write(120)
    for sort in SORTS:
        first = page_of(INVOICES, f"sort={sort}")
        second = page_of(INVOICES, first.next_url.removeprefix("?"))
        third = page_of(INVOICES, second.next_url.removeprefix("?"))
        assert sorted(rows_of(first) + rows_of(second) + rows_of(third)) == list(range(1, 121)), sort
        assert not third.next_url, sort
        assert rows_of(page_of(INVOICES, third.previous_url.removeprefix("?"))) == rows_of(second), sort
        assert rows_of(page_of(INVOICES, second.previous_url.removeprefix("?"))) == rows_of(first), sort


def test_the_page_leads_on_and_back(see, write):
    write(60)
    first = see("invoices/?sort=-paid")
    second = see(f"invoices/{link(first, 'next')}")
    assert sorted(ids(first) + ids(second)) == list(range(1, 61))
    assert not link(second, "next")
    assert ids(see(f"invoices/{link(second, 'prev')}")) == ids(first)


def test_queries_do_not_grow(see, write, django_assert_max_num_queries):
    addresses = ("invoices/", "companies/", "payments/?status=all")
    few = {}
    write(10)
    for address in addresses:
        with django_assert_max_num_queries(30) as captured:
            see(address)
        few[address] = len(captured)
    for model in (Company, Invoice, Payment):
        model.objects.all().delete()
    write(60)
    for address in addresses:
        with django_assert_max_num_queries(few[address]):
            see(address)


@only_whole("test_queries_do_not_grow")
def test_an_order_by_what_is_not_shown_costs_no_query(see, write, django_assert_max_num_queries):
    write(60)
    with django_assert_max_num_queries(30) as plain:
        see("invoices/?sort=number")
    with django_assert_max_num_queries(len(plain)):
        see("invoices/?sort=external_id&cols=number")


def test_the_fragment_is_part_of_the_page(see, write):
    write(12)
    page = see("invoices/?sort=number")
    fragment = see("invoices/?sort=number", **{"HX-Request": "true", "HX-Target": "list"})
    assert without_token(fragment).strip() in without_token(page)
    assert b"<html" not in fragment.content
    assert "HX-Request" in fragment["Vary"]


@only_whole("test_the_fragment_is_part_of_the_page")
def test_going_back_in_the_browser_gets_the_whole_page(see, write):
    headers = {"HX-Request": "true", "HX-Target": "list", "HX-History-Restore-Request": "true"}
    assert b"<html" in see("invoices/", **headers).content


@only_whole("test_the_page_leads_on_and_back")
def test_filters_stay_while_paging_and_sorting(see, books):
    Company.objects.create(store=books.store, api_id=7, name="Ärmel & Co", status=1)
    Invoice.objects.bulk_create(an_invoice(books.store, n, company_id=7) for n in range(1, 61))
    answer = see("invoices/?company=%C3%84rmel+%26+Co&sort=number")
    assert len(ids(see(f"invoices/{link(answer, 'next')}"))) == 10
    assert "company=%C3%84rmel+%26+Co" in link(answer, "next")
    assert "sort=number" in link(answer, "next")


def test_each_filter_can_be_taken_off(see, write):
    write(20)
    text = see("invoices/?status=unpaid&q=N1").content.decode()
    assert re.search(r'class="chip" href="\?q=N1">.*?Status:</span> Unpaid', text, re.DOTALL)
    assert re.search(r'class="chip" href="\?status=unpaid">.*?Search:</span> N1', text, re.DOTALL)


def test_nothing_matches(see, write):
    write(3)
    answer = see("invoices/?q=nowhere")
    assert answer.status_code == 200
    assert "Nothing matches" in answer.content.decode()


def test_nothing_there_yet(see):
    assert "No invoices yet" in see("invoices/").content.decode()


def test_a_bad_address_is_answered_in_words(see, write):
    write(3)
    cases = [
        ("invoices/?status=late", "Status: Select a valid choice"),
        ("invoices/?sort=colour", "This list has no order named “colour”."),
        ("companies/?sort=balance", "This list has no order named “balance”."),
        ("invoices/?cols=number+colour", "This list has no column named “colour”."),
        ("invoices/?after=nonsense", "That page address is no longer valid"),
        ("invoices/?before=nonsense", "That page address is no longer valid"),
        ("invoices/?q=%00", "Null characters are not allowed"),
        ("payments/?status=9", "Status: Select a valid choice"),
        ("companies/?status=x", "Status: Select a valid choice"),
    ]
    for address, words in whole_or(cases, cases[1::2]):
        answer = see(address)
        assert answer.status_code == 422, address
        assert words in answer.content.decode(), address


def test_cells_are_escaped(see, books):
    an_invoice(books.store, 1, number="<i>1</i>", company_name="<script>", issued_at=START).save()
    text = see("invoices/").content.decode()
    assert "&lt;i&gt;1&lt;/i&gt;" in text
    assert "<script>" not in text


@only_whole("desk/lists/test_totals.py::test_too_many_rows_are_counted_and_summed_when_somebody_asks")
def test_counting_stops_at_ten_thousand(see, write, monkeypatch):
    monkeypatch.setattr("arportal.desk.lists.counting.COUNT_CAP", 30)
    write(40)
    assert "30+ rows" in see("invoices/").content.decode()
