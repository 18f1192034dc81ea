"""From one invoice to the next, in the list one came from."""

import re
from html import unescape
from urllib.parse import quote

import pytest

from arportal.mirror.models import Invoice
from arportal.stores.models import Membership
from tests.desk.conftest import ids


def way(answer, rel: str) -> str:
    found = re.search(rf'rel="{rel}" href="([^"]*)"', answer.content.decode())
    return unescape(found[1]).removeprefix("/s/books/") if found else ""


def rows(see, query: str) -> list[int]:
    return ids(see(f"invoices/?{query}"))


@pytest.mark.parametrize(
    "query", ["", "sort=number", "sort=-paid", "status=unpaid&sort=-due", "q=n1&sort=issued", "sort=status"]
)
def test_it_works(see, write, query):
    """Forward through the whole list and back, by nothing but the links."""
    write(20)
    expected = rows(see, query)
    address, walked = f"invoices/{expected[0]}/?from={quote(query)}", []
    while address:
        answer = see(address)
        walked.append(int(address.split("/")[1]))
        back, address = way(answer, "prev"), way(answer, "next")
    assert walked == expected
    assert back == f"invoices/{expected[-2]}/?from={quote(query)}"


def test_a_list_leads_to_its_rows_with_the_way_back(see, write):
    write(60)
    first = see("invoices/?currency=USD&sort=number")
    [link, *_others] = re.findall(r'href="/s/books/(invoices/\d+/[^"]*)"', first.content.decode())
    assert unescape(link).endswith("?from=currency%3DUSD%26sort%3Dnumber")
    page = see(unescape(link)).content.decode()
    assert 'href="/s/books/invoices/?currency=USD&amp;sort=number"' in page


def test_a_row_that_has_left_the_filter_keeps_its_place(see, write):
    write(12)
    before, here, after = rows(see, "status=unpaid&sort=number")[1:4]
    Invoice.objects.filter(api_id=here).update(status=2, open_balance=0)
    answer = see(f"invoices/{here}/?from={quote('status=unpaid&sort=number')}")
    assert way(answer, "prev").startswith(f"invoices/{before}/")
    assert way(answer, "next").startswith(f"invoices/{after}/")


@pytest.mark.parametrize("came_from", ["status=blue", "sort=colour", "cols=x", "q=%00"])
def test_a_list_that_cannot_be_understood(see, write, came_from):
    write(3)
    answer = see(f"invoices/2/?from={quote(came_from)}")
    assert (answer.status_code, way(answer, "next")) == (200, "")


def test_whoever_comes_from_elsewhere_has_no_neighbours(see, write):
    write(3)
    assert not way(see("invoices/2/"), "next")


def test_invoices_of_others_are_passed_over(see, write, books):
    write(20)
    Membership.objects.filter(pk=books.pk).update(all_companies=False, company_ids=[1])
    own = rows(see, "sort=number")
    answer = see(f"invoices/{own[0]}/?from=sort%3Dnumber")
    assert way(answer, "next") == f"invoices/{own[1]}/?from=sort%3Dnumber"
