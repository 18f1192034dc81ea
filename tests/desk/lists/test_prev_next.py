"""From one invoice to the next, in the list one came from."""

import re
from html import unescape
from urllib.parse import quote

from django.test import RequestFactory

from arportal.desk.invoices.list import INVOICES
from arportal.desk.lists.prev_next import prev_next
from arportal.mirror.models import Invoice
from arportal.stores.models import Membership
from tests.desk.conftest import ids, rows_of
from tests.whole import only_whole


def way(answer, rel: str) -> str:
    found = re.search(rf'rel="{rel}" href="([^"]*)"', answer.content.decode())
    return unescape(found[1]).removeprefix("/s/books/") if found else ""


def rows(see, query: str) -> list[int]:
    return ids(see(f"invoices/?{query}"))


def test_it_works(see, write):
    """By nothing but the links of the pages."""
    write(5)
    expected = rows(see, "sort=-paid")
    first = see(f"invoices/{expected[0]}/?from={quote('sort=-paid')}")
    second = see(way(first, "next"))
    assert (way(first, "prev"), way(second, "next")) == ("", f"invoices/{expected[2]}/?from=sort%3D-paid")
    assert way(second, "prev") == f"invoices/{expected[0]}/?from=sort%3D-paid"


@only_whole("test_it_works")
def test_through_the_whole_list(books, write, page_of):
    write(20)
    queries = ("", "sort=number", "sort=-paid", "status=unpaid&sort=-due", "q=n1&sort=issued", "sort=status")
    for query in queries:
        expected = rows_of(page_of(INVOICES, query))
        assert len(expected) > 2, query
        assert walked(books, expected[0], query) == expected, query


def walked(books: Membership, first: int, query: str) -> list[int]:
    """The invoices from the first to the last of this list: each one's next, whose previous it must be."""
    ids: list[int] = []
    following: int | None = first
    while following is not None:
        previous, after = neighbours_of(books, following, query)
        assert previous == (ids[-1] if ids else None), query
        ids.append(following)
        following = after
    return ids


def neighbours_of(books: Membership, api_id: int, query: str) -> list[int | None]:
    """The invoices before and after this one in the list of that query."""
    request = RequestFactory().get("/", {"from": query})
    request.actor, request.store = books, books.store
    found = prev_next(INVOICES, request, Invoice.objects.get(store=books.store, api_id=api_id), "invoice")
    assert found is not None
    return [step and int(step.url.split("/")[-2]) for step in (found.previous, found.next)]


def test_a_list_leads_to_its_rows_with_the_way_back(see, write):
    write(60)
    first = see("invoices/?currency=USD&sort=number")
    [link, *_others] = re.findall(r'href="/s/books/(invoices/\d+/[^"]*)"', first.content.decode())
    assert unescape(link).endswith("?from=currency%3DUSD%26sort%3Dnumber")
    page = see(unescape(link)).content.decode()
    assert 'href="/s/books/invoices/?currency=USD&amp;sort=number"' in page


@only_whole("test_it_works")
def test_a_row_that_has_left_the_filter_keeps_its_place(see, write):
    write(12)
    before, here, after = rows(see, "status=unpaid&sort=number")[1:4]
    Invoice.objects.filter(api_id=here).update(status=2, open_balance=0)
    answer = see(f"invoices/{here}/?from={quote('status=unpaid&sort=number')}")
    assert way(answer, "prev").startswith(f"invoices/{before}/")
    assert way(answer, "next").startswith(f"invoices/{after}/")


@only_whole("test_it_works")
def test_a_list_that_cannot_be_understood(see, write):
    write(3)
    for came_from in ("status=blue", "sort=colour", "cols=x", "q=%00"):
        answer = see(f"invoices/2/?from={quote(came_from)}")
        assert (answer.status_code, way(answer, "next")) == (200, ""), came_from
    # Whoever comes from elsewhere has no neighbours either.
    assert not way(see("invoices/2/"), "next")


def test_invoices_of_others_are_passed_over(see, write, books):
    write(20)
    Membership.objects.filter(pk=books.pk).update(all_companies=False, company_ids=[1])
    own = rows(see, "sort=number")
    answer = see(f"invoices/{own[0]}/?from=sort%3Dnumber")
    assert way(answer, "next") == f"invoices/{own[1]}/?from=sort%3Dnumber"
