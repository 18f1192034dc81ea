"""A quiet pass asks little, and what changes is seen in time all the same.

A minute passes by moving the times that are written down a minute back.
"""

import datetime as dt

import pytest
from django.db.models import F
from django.utils import timezone

from arportal.b2b import InvoiceStatus
from arportal.mirror.api import webhooks
from arportal.mirror.models import (
    Buyer,
    Company,
    CompanyMethod,
    CreditTerms,
    Invoice,
    Order,
    Receipt,
    RequestBudget,
    Scan,
    SyncPass,
    Watermark,
)
from arportal.mirror.rate_limit import cadence
from arportal.mirror.sync.freshness import COMPANIES, ORDERS, freshness, freshness_of_lists
from arportal.mirror.sync.hot import HOT
from arportal.mirror.sync.sync import sync
from tests.mirror.sync.agreement import differences
from tests.mirror.sync.lives import SHORT_PAGE, short_pages

MINUTE = dt.timedelta(minutes=1)
SOON = 5


@pytest.fixture
def minute(store, sandbox):
    """What the worker does each minute; returns the pass and what it asked."""
    sync(store, full=True)
    # The minutes of the tests are short, and each has its own requests.
    RequestBudget.objects.filter(store=store).update(allocated=100_000)

    def run():
        sandbox.control("DELETE", "requests")
        done = sync(store, sparing=True)
        assert (done.kind, done.problem) == (SyncPass.Kind.INCREMENTAL, "")
        asked = [each["path"] for each in sandbox.control("GET", "requests")]
        a_minute_passes(store)
        return done, asked

    a_minute_passes(store)
    return run


def a_minute_passes(store) -> None:
    earlier = {
        SyncPass: ("started_at", "finished_at"),
        Watermark: ("due_at", "read_at", "wanted_at"),
        CreditTerms: ("read_at",),
    }
    for model, names in earlier.items():
        model.objects.filter(store=store).update(**{name: F(name) - MINUTE for name in names})


def test_it_works(minute):
    """More than an hour in which nothing happens: each pass at most nine, and every list had its turn."""
    passes = [minute()[1] for _ in range(62)]
    assert max(len(asked) for asked in passes) <= cadence.MOST_REQUESTS
    assert all(
        sum(path.endswith(("/ip/invoices", "/ip/payments")) for path in asked) >= 2 for asked in passes
    )
    seen = {path for asked in passes for path in asked}
    assert {path.removeprefix("/api/v3/io") for path in seen} >= {
        "/channels",
        "/orders",
        "/users",
        "/payments",
    }


def test_when_all_are_due_at_once_they_take_turns(minute, store):
    Watermark.objects.filter(store=store).update(due_at=timezone.now())
    asked = [len(minute()[1]) for _ in range(10)]
    assert max(asked) <= cadence.MOST_REQUESTS


@pytest.fixture
def many_open(store, sandbox, company):
    """So many open invoices that they are three short pages, most of them of one second.

    What changed last is another one, much later: no pass reads them only because they are new.
    """
    money = {"code": "USD", "value": "12.50"}
    for number in range(3 * SHORT_PAGE - 25):
        body = {"invoiceNumber": f"M-{number}", "originalBalance": money, "openBalance": money}
        sandbox.post("/ip/invoices", body | {"customerId": str(company.api_id)})
    sandbox.control("PUT", "clock", {"advance": 600})
    paid = Invoice.objects.filter(store=store, status=InvoiceStatus.PAID).latest("issued_at")
    sandbox.put(f"/ip/invoices/{paid.api_id}", {"purchaseOrderNumber": "PO 3"})


@pytest.mark.usefixtures("many_open")
def test_owed_invoices_come_round_within_an_hour_a_page_a_pass(minute, store, sandbox):
    """Whatever they say of having changed: amounts of ours that are wrong, and one that is not owed any more."""
    Invoice.objects.filter(store=store, status__in=HOT).update(open_balance=F("open_balance") + 1)
    paid = Invoice.objects.filter(store=store, status=InvoiceStatus.PAID).earliest("issued_at")
    Invoice.objects.filter(pk=paid.pk).update(status=InvoiceStatus.OPEN)
    SyncPass.objects.filter(store=store).update(started_at=F("started_at") - 59 * MINUTE)
    with short_pages():
        minute()
        assert not Scan.objects.get(sync_pass__store=store, resource="open invoices").is_complete
        for _ in range(12):
            minute()
    assert differences(store, sandbox) == {}


@pytest.mark.usefixtures("many_open")
def test_when_many_are_paid_between_two_pages_none_is_stepped_over(minute, store, sandbox):
    SyncPass.objects.filter(store=store).update(started_at=F("started_at") - 59 * MINUTE)
    open_ones = Invoice.objects.filter(store=store, status=InvoiceStatus.OPEN)
    rows = list(open_ones.order_by("issued_at", "api_id"))
    with short_pages():
        minute()
        sandbox.control("PUT", "clock", {"advance": 600})
        for invoice in rows[: SHORT_PAGE - 2]:
            sandbox.put(f"/ip/invoices/{invoice.api_id}", {"status": InvoiceStatus.PAID.value})
        later = [row.pk for row in rows[SHORT_PAGE : 2 * SHORT_PAGE]]
        Invoice.objects.filter(pk__in=later).update(open_balance=F("open_balance") + 1)
        for _ in range(12):
            minute()
    assert differences(store, sandbox) == {}


def test_an_invoice_and_a_payment_changed_are_seen_by_the_next_pass(
    minute, store, sandbox, payment, open_invoices
):
    minute()
    sandbox.control("PUT", "clock", {"advance": 600})
    invoice = open_invoices[0]
    sandbox.put(f"/ip/invoices/{invoice.api_id}", {"purchaseOrderNumber": "PO 1"})
    sandbox.put(f"/ip/payments/{payment.api_id}/processing-status", {"processingStatus": 3})
    _done, asked = minute()
    invoice.refresh_from_db()
    payment.refresh_from_db()
    assert (invoice.purchase_order_number, payment.processing_status) == ("PO 1", 3)
    # Receipts come with payments.
    assert {path.rpartition("/")[2] for path in asked} >= {"receipts", "receipt-lines", "companies"}
    assert differences(store, sandbox) == {}


CHANGES = {
    "companies": lambda row, sandbox: sandbox.put(f"/companies/{row.api_id}", {"companyName": "Sorrel"}),
    "buyers": lambda row, sandbox: sandbox.post(
        "/users",
        {
            "firstName": "Ida",
            "channelIds": [1],
            "lastName": "Berg",
            "email": "ida@example.net",
            "role": 2,
            "companyId": row.company_id,
        },
    ),
    "orders": lambda row, sandbox: sandbox.put(f"/orders/{row.api_id}", {"poNumber": "PO 2"}),
    "receipts": lambda row, sandbox: sandbox.delete(f"/ip/receipts/{row.api_id}"),
    "methods": lambda row, sandbox: sandbox.put(
        f"/companies/{row.company_id}/payments",
        {"payments": [{"code": row.code, "isEnabled": not row.is_enabled}]},
    ),
}
MODELS = {
    "companies": Company,
    "buyers": Buyer,
    "orders": Order,
    "receipts": Receipt,
    "methods": CompanyMethod,
}


@pytest.mark.parametrize("waits", range(2))
@pytest.mark.parametrize("name", CHANGES)
def test_a_change_in_another_list_is_seen_in_five_minutes(minute, store, sandbox, name, waits):
    for _ in range(waits * 3):
        minute()
    sandbox.control("PUT", "clock", {"advance": 600})
    CHANGES[name](MODELS[name].objects.filter(store=store).earliest("pk"), sandbox)
    assert differences(store, sandbox)
    for _ in range(SOON):
        minute()
    assert differences(store, sandbox) == {}


def test_a_message_makes_its_list_due(minute, store, sandbox):
    Watermark.objects.filter(store=store, resource="orders").update(due_at=timezone.now() + 30 * MINUTE)
    assert not [path for path in minute()[1] if path.endswith("/io/orders")]
    message = webhooks.Message("1", "store/order/updated", {"id": 1})
    assert webhooks.take_in(store, message, lambda *_: None)
    assert [path for path in minute()[1] if path.endswith("/io/orders")]


def test_a_message_that_comes_while_the_list_is_read_is_not_lost(minute, store):
    minute()
    webhooks.take_in(store, webhooks.Message("2", "store/order/updated", {"id": 1}), lambda *_: None)
    # As if reading had begun just before.
    Watermark.objects.filter(store=store, resource="orders").update(
        read_at=timezone.now() - MINUTE, due_at=timezone.now() + 4 * MINUTE
    )
    assert [path for path in minute()[1] if path.endswith("/io/orders")]


def test_by_hand_every_list_is_asked(minute, store, sandbox):
    minute()
    sandbox.control("DELETE", "requests")
    sync(store)
    asked = {each["path"].removeprefix("/api/v3/io") for each in sandbox.control("GET", "requests")}
    lists = {"/companies", "/users", "/orders", "/ip/receipts", "/ip/receipt-lines", "/payments", "/channels"}
    assert asked >= lists | {"/ip/invoices", "/ip/payments", "/company-payment-methods"}


def test_no_list_claims_to_be_fresher_than_it_was_read(minute, store):
    began = {}
    for _ in range(3):
        moment = timezone.now()
        _done, asked = minute()
        began = {name: at - MINUTE for name, at in began.items()}
        began |= {path.rpartition("/")[2]: moment - MINUTE for path in asked}
    lists = {each.name: each for each in freshness_of_lists(store)}
    for name in ("orders", "companies", "receipts"):
        read = lists[name].as_of
        if name in began:
            assert began[name] <= read <= began[name] + MINUTE
        else:
            assert timezone.now() - read > 3 * MINUTE
    assert timezone.now() - lists["invoices"].as_of < 2 * MINUTE


def test_a_page_claims_what_its_own_lists_say(minute, store):
    minute()
    old = timezone.now() - 4 * MINUTE
    Watermark.objects.filter(store=store, resource="orders").update(read_at=old)
    assert freshness(store).as_of > old
    assert freshness(store, ORDERS).as_of == old
    assert freshness(store, COMPANIES).as_of > old


def test_a_list_that_failed_is_not_fresher_for_it(minute, store, sandbox):
    before = {each.name: each.as_of for each in freshness_of_lists(store)}["orders"]
    Watermark.objects.filter(store=store, resource="orders").update(due_at=timezone.now())
    sandbox.fault("html", path="/orders$", count=100)
    done, _asked = minute()
    assert [group["what"] for group in done.left_out] == ["orders"]
    after = {each.name: each.as_of for each in freshness_of_lists(store)}["orders"]
    assert after == before - MINUTE
    sandbox.control("DELETE", "faults")
    assert [path for path in minute()[1] if path.endswith("/io/orders")]
