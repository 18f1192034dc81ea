"""What a list sums up to, per currency, and how many rows it has."""

import re
from decimal import Decimal

import pytest

from arportal.desk.lists import counting
from arportal.mirror.models import Invoice
from arportal.stores.models import Membership
from tests.desk.conftest import an_invoice, totals
from tests.whole import only_whole


@pytest.fixture
def five(books):
    cases = [("USD", 10, 4), ("USD", 20, 0), ("EUR", 7, 7), ("JPY", 900, -100), ("USD", 1, 1)]
    for number, (currency, original, left) in enumerate(cases, start=1):
        an_invoice(
            books.store,
            number,
            company_id=number,
            number=f"N{number}",
            status=0,
            currency=currency,
            original_balance=Decimal(original),
            open_balance=Decimal(left),
        ).save()


def test_it_works(see, five):
    assert totals(see("invoices/")) == [
        ["Total USD", "31.00 USD", "26.00 USD", "Open 5.00 USD", "Balance 5.00 USD"],
        ["Total EUR", "7.00 EUR", "0.00 EUR", "Open 7.00 EUR", "Balance 7.00 EUR"],
        ["Total JPY", "900 JPY", "1,000 JPY", "Credit \u2212100 JPY", "Balance \u2212100 JPY"],
    ]


def test_of_what_is_filtered(see, five):
    assert totals(see("invoices/?q=n1")) == [
        ["Total USD", "10.00 USD", "6.00 USD", "Open 4.00 USD", "Balance 4.00 USD"]
    ]
    assert totals(see("invoices/?q=nothing")) == []
    assert totals(see("invoices/?status=unknown")) == []


@only_whole("test_of_what_is_filtered")
def test_of_all_pages_and_not_of_the_one_shown(see, books):
    for number in range(1, 61):
        an_invoice(books.store, number, status=0, currency="USD", original_balance=1, open_balance=1).save()
    assert totals(see("invoices/")) == [
        ["Total USD", "60.00 USD", "0.00 USD", "Open 60.00 USD", "Balance 60.00 USD"]
    ]


@only_whole("test_it_works")
def test_of_the_columns_that_are_shown(see, five):
    assert totals(see("invoices/?cols=number+open&currency=EUR")) == [["Total EUR", "7.00 EUR"]]
    assert totals(see("invoices/?cols=number+due")) == []


def test_of_the_companies_one_may_see(see, five, books):
    Membership.objects.filter(pk=books.pk).update(all_companies=False, company_ids=[3])
    assert totals(see("invoices/")) == [
        ["Total EUR", "7.00 EUR", "0.00 EUR", "Open 7.00 EUR", "Balance 7.00 EUR"]
    ]


def test_too_many_rows_are_counted_and_summed_when_somebody_asks(see, five, monkeypatch):
    monkeypatch.setattr(counting, "COUNT_CAP", 4)
    answer = see("invoices/?sort=number")
    assert totals(answer) == []
    assert "4+ rows" in answer.content.decode()
    address = re.search(r'href="(\?[^"]*totals=all)"', answer.content.decode())[1].replace("&amp;", "&")
    everything = see(f"invoices/{address}")
    assert "5 rows" in everything.content.decode()
    assert totals(everything)[0][0] == "Total USD"


@only_whole("test_several_at_once")
def test_one_query_however_many_rows(see, five, monkeypatch, django_assert_max_num_queries):
    with django_assert_max_num_queries(30) as few:
        see("invoices/")
    monkeypatch.setattr(counting, "COUNT_CAP", 4)
    with django_assert_max_num_queries(len(few)):
        see("invoices/")


def test_several_at_once(five, monkeypatch, django_assert_num_queries):
    """What cannot match is nothing, and beyond the cap nothing is counted."""
    monkeypatch.setattr(counting, "COUNT_CAP", 3)
    ours = Invoice.objects.filter(number__in=["N1", "N2", "N3", "N4", "N5"])
    dollars, none = ours.filter(currency="USD"), ours.filter(company_id__in=[])
    with django_assert_num_queries(1):
        assert counting.count_each([ours, none, dollars.order_by("number")]) == [4, 0, 3]
