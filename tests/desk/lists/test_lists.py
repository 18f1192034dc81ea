"""Lists: filter, order and page in the address; page and fragment from one source."""

import re

import pytest

from arportal.mirror.models import Company, Invoice, Payment
from tests.desk.conftest import START, an_invoice, ids

LISTS = ("invoices", "companies", "payments")
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


@pytest.mark.parametrize("sort", SORTS)
def test_next_and_previous_meet_every_row_once(see, write, sort):
    write(120)
    first = see(f"invoices/?sort={sort}")
    second = see(f"invoices/{link(first, 'next')}")
    third = see(f"invoices/{link(second, 'next')}")
    assert sorted(ids(first) + ids(second) + ids(third)) == list(range(1, 121))
    assert not link(third, "next")
    assert ids(see(f"invoices/{link(third, 'prev')}")) == ids(second)
    assert ids(see(f"invoices/{link(second, 'prev')}")) == ids(first)


@pytest.mark.parametrize("page", LISTS)
def test_queries_do_not_grow(see, write, page, django_assert_max_num_queries):
    write(10)
    with django_assert_max_num_queries(30) as few:
        see(f"{page}/?status=all" if page == "payments" else f"{page}/")
    for model in (Company, Invoice, Payment):
        model.objects.all().delete()
    write(200)
    with django_assert_max_num_queries(len(few)):
        see(f"{page}/?status=all" if page == "payments" else f"{page}/")


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


def test_going_back_in_the_browser_gets_the_whole_page(see, write):
    headers = {"HX-Request": "true", "HX-Target": "list", "HX-History-Restore-Request": "true"}
    assert b"<html" in see("invoices/", **headers).content


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


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("invoices/?status=late", "Status: Select a valid choice"),
        ("invoices/?sort=colour", "This list has no order named “colour”."),
        ("companies/?sort=open", "This list has no order named “open”."),
        ("invoices/?cols=number+colour", "This list has no column named “colour”."),
        ("invoices/?after=nonsense", "That page address is no longer valid"),
        ("invoices/?before=nonsense", "That page address is no longer valid"),
        ("invoices/?q=%00", "Null characters are not allowed"),
        ("payments/?status=9", "Status: Select a valid choice"),
        ("companies/?status=x", "Status: Select a valid choice"),
    ],
)
def test_a_bad_address_is_answered_in_words(see, write, address, words):
    write(3)
    answer = see(address)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_cells_are_escaped(see, books):
    an_invoice(books.store, 1, number="<i>1</i>", company_name="<script>", issued_at=START).save()
    text = see("invoices/").content.decode()
    assert "&lt;i&gt;1&lt;/i&gt;" in text
    assert "<script>" not in text


def test_counting_stops_at_ten_thousand(see, write, monkeypatch):
    monkeypatch.setattr("arportal.desk.lists.counting.COUNT_CAP", 30)
    write(40)
    assert "30+ rows" in see("invoices/").content.decode()
