"""Which columns of a list are shown."""

import datetime as dt
import re

import pytest

from arportal.mirror.models import Channel, ExtraField
from tests.desk.conftest import START, an_invoice, ids
from tests.whole import only_whole

USUAL = ["Invoice", "Company", "Issued", "Due", "Status", "Pending", "Original", "Paid", "Balance"]


def headings(answer) -> list[str]:
    head = re.search(r"<thead>(.*?)</thead>", answer.content.decode(), re.DOTALL)
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<th.*?</th>", head[1], re.DOTALL)]


@pytest.fixture
def full(books):
    Channel.objects.create(store=books.store, api_id=4, name="Trade counter")
    ExtraField.objects.create(store=books.store, of="invoices", name="Cost centre", type=0, is_required=False)
    an_invoice(
        books.store,
        1,
        order_number="7001",
        external_id="E-9",
        channel_id=4,
        source=1,
        updated_at=START,
        is_pending_payment=True,
        extra_fields=[{"fieldName": "Cost centre", "fieldValue": "K<7>"}, {"fieldName": "Other"}],
    ).save()


def test_it_works(see, full):
    assert headings(see("invoices/")) == USUAL
    answer = see("invoices/?cols=number+order+channel+source+external_id+currency+activity+x-cost-centre")
    assert headings(answer) == [
        *("Invoice", "Order", "Last activity", "External ID", "Currency", "Channel", "Source", "Cost centre")
    ]
    text = answer.content.decode()
    for words in ("7001", "E-9", "Trade counter", "From another system", "Jan 1, 2026, 00:00", "K&lt;7&gt;"):
        assert f">{words}</" in text


@only_whole("test_it_works")
def test_a_form_sends_each_by_itself(see, full):
    assert headings(see("invoices/?cols=number&cols=open")) == ["Invoice", "Open"]


@only_whole("test_it_works")
def test_the_first_column_always_stays(see, full):
    assert headings(see("invoices/?cols=open")) == ["Invoice", "Open"]


@only_whole("test_it_works")
def test_the_choice_stays_while_filtering_paging_and_sorting(see, write):
    write(60)
    text = see("invoices/?cols=number+open&currency=USD").content.decode()
    assert 'href="?currency=USD&amp;cols=number+open&amp;sort=-open"' in text
    assert '<input type="hidden" name="cols" value="number open">' in text
    assert 'class="chip" href="?cols=number+open"' in text


@only_whole("test_it_works")
def test_an_invoice_that_waits_for_a_payment_says_so(see, full):
    assert "A payment is pending" in see("invoices/").content.decode()


def test_the_chooser(see, full):
    text = see("invoices/?panel=columns&cols=number+po").content.decode()
    ticked = re.findall(r'name="cols" value="([\w-]+)" checked', text)
    offered = re.findall(r'type="checkbox" name="cols" value="([\w-]+)"', text)
    assert ticked == ["po"]
    assert {"order", "days_late", "x-cost-centre"} < set(offered)
    assert "number" not in offered


def test_a_column_of_another_store_is_not_there(see, full):
    ExtraField.objects.update(of="orders")
    answer = see("invoices/?cols=number+x-cost-centre")
    assert (answer.status_code, headings(answer)) == (422, ["Invoice"])


def test_days_late(see, books, today):
    an_invoice(books.store, 1, status=0, open_balance=5, due_at=START).save()
    days = (today - START.date()).days
    assert f">{days}</td>" in see("invoices/?cols=number+days_late").content.decode()
    an_invoice(books.store, 2, status=0, open_balance=5, due_at=START - dt.timedelta(days=1)).save()
    an_invoice(books.store, 3, status=2, open_balance=0, due_at=START - dt.timedelta(days=9)).save()
    assert ids(see("invoices/?cols=days_late&sort=-days_late")) == [2, 1, 3]
    assert ids(see("invoices/?cols=days_late&sort=days_late")) == [1, 2, 3]
