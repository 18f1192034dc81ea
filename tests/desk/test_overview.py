"""The overview: what is open and late per currency, and what waits for somebody."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.desk.overview import positions, to_dos
from arportal.mirror.models import Invoice, Payment
from arportal.receivables.models import Change
from tests.desk.conftest import an_invoice

DAY = dt.timedelta(days=1)


@pytest.fixture
def one_of_each(books):
    now = timezone.now()
    for number, (currency, left, due) in enumerate(
        [("USD", 10, now + DAY), ("USD", 5, now - 2 * DAY), ("USD", -3, None), ("JPY", 700, now - 2 * DAY)],
        start=1,
    ):
        an_invoice(
            books.store, number, currency=currency, open_balance=Decimal(left), due_at=due, status=0
        ).save()
    return books


def test_it_works(one_of_each):
    today = one_of_each.store.today(timezone.now())
    usd, jpy = positions(one_of_each, today)
    assert (usd.balances.open.amount, usd.open_count, usd.overdue.amount, usd.overdue_count) == (15, 2, 5, 1)
    assert (usd.balances.credit.amount, jpy.balances.credit.amount) == (-3, 0)
    assert (jpy.currency, jpy.balances.open.amount, jpy.overdue_count) == ("JPY", 700, 1)


def test_the_figures_agree_with_the_list_they_link_to(clerk, browse):
    today = clerk.store.today(timezone.now())
    for position in positions(clerk, today):
        listed = Invoice.objects.visible_to(clerk).filter(currency=position.currency)
        assert position.open_count == listed.outstanding().count()
        assert position.overdue.amount == sum(row.open_balance for row in listed.overdue(today))


def test_the_page(viewer, browse):
    text = browse(viewer).get("/s/demo/").content.decode()
    assert "Owed to us" in text
    assert "Payments awaiting processing" in text
    assert "/s/demo/invoices/?status=overdue&amp;sort=due" in text
    assert "Record payment" not in text


def test_the_longest_overdue_say_what_is_open_on_every_screen(one_of_each, see):
    late = see("").content.decode().partition("Longest overdue</h2>")[2]
    assert '<th scope="col" class="num">Open</th>' in late
    assert late.count('<td class="num"><span class="money">') == 2


def test_nothing_to_do(books, see):
    text = see("").content.decode()
    assert "Nothing is owed" in text
    assert "All done" in text


def test_counts_link_to_the_filtered_list(clerk, store):
    waiting, processing, late = to_dos(clerk, [])
    assert waiting.count == Payment.objects.filter(store=store, processing_status=1).count()
    assert (waiting.url, late.count) == ("/s/demo/payments/?status=1", 0)
    assert processing.url.endswith("?status=2")


def test_a_change_being_confirmed_waits_for_somebody(clerk, company, browse):
    change = Change.objects.create(
        id="11111111-1111-4111-8111-111111111111",
        store=clerk.store,
        actor=clerk,
        verb=Change.Verb.RECORD_PAYMENT,
        company_id=company.api_id,
        state=Change.State.UNKNOWN,
    )
    text = browse(clerk).get("/s/demo/").content.decode()
    assert "Changes being confirmed" in text
    assert f"/s/demo/changes/{change.pk}/" in text


def test_home_leads_to_the_store_last_seen(viewer, books, browse):
    browser = browse(viewer)
    assert browser.get("/").headers["Location"] == "/s/demo/"


def test_home_without_a_store(viewer, browse):
    browser = browse(viewer)
    viewer.delete()
    answer = browser.get("/")
    assert answer.status_code == 403
    assert "Ask a store's admin" in answer.content.decode()
