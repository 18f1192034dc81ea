"""A quiet pass asks little, and what changes is seen in time all the same.

A minute passes by moving the times that are written down a minute back.
"""

import datetime as dt
import itertools

import pytest
from django.db.models import F
from django.utils import timezone

from arportal.b2b import InvoiceStatus
from arportal.mirror.api import webhooks
from arportal.mirror.models import (
    CreditTerms,
    Invoice,
    RequestBudget,
    Scan,
    SyncPass,
    Watermark,
)
from arportal.mirror.rate_limit import cadence
from arportal.mirror.sync.freshness import COMPANIES, ORDERS, freshness, freshness_of_lists
from arportal.mirror.sync.hot import HOT
from arportal.mirror.sync.sync import sync
from tests.mirror.sync import changes
from tests.mirror.sync.agreement import differences
from tests.mirror.sync.lives import SHORT_PAGE, short_pages
from tests.whole import only_whole, whole_or

MINUTE = dt.timedelta(minutes=1)
SOON = 5


@pytest.fixture
def long_lists():
    with short_pages():
        yield


@pytest.fixture
def minute(store, sandbox):
    """What the worker does each minute; returns the pass and what it asked. The first comes a minute after the full
    pass with which the database of the tests was filled."""
    synced_at = SyncPass.objects.filter(store=store).latest("started_at").started_at
    pass_by(store, synced_at + MINUTE - timezone.now())
    # The minutes of the tests are short, and each has its own requests.
    RequestBudget.objects.filter(store=store).update(allocated=100_000)

    def run(then=MINUTE):
        sandbox.control("DELETE", "requests")
        done = sync(store, sparing=True)
        assert (done.kind, done.problem) == (SyncPass.Kind.INCREMENTAL, "")
        asked = [each["path"].removeprefix("/api/v3/io") for each in sandbox.control("GET", "requests")]
        pass_by(store, then)
        return done, asked

    return run


def pass_by(store, time: dt.timedelta) -> None:
    """Moves what is written down back by so much."""
    earlier = {
        SyncPass: ("started_at", "finished_at"),
        Watermark: ("due_at", "read_at", "wanted_at"),
        CreditTerms: ("read_at",),
    }
    for model, names in earlier.items():
        model.objects.filter(store=store).update(**{name: F(name) - time for name in names})


@only_whole("test_an_invoice_and_a_payment_changed_are_seen_by_the_next_pass")
def test_it_works(minute, store):
    """While nothing happens each pass asks nine times at most, and every list has its turn: those of five minutes in
    a dozen minutes, all of them when they are all due at once, as after a stop of an hour."""
    quiet = [minute()[1] for _ in range(12)]
    Watermark.objects.filter(store=store).update(due_at=timezone.now())
    at_once = [minute()[1] for _ in range(6)]
    assert max(map(len, quiet + at_once)) <= cadence.MOST_REQUESTS
    assert all(asked.count("/ip/invoices") + asked.count("/ip/payments") >= 2 for asked in quiet + at_once)
    soon = {
        "/companies",
        "/users",
        "/orders",
        "/ip/receipts",
        "/ip/receipt-lines",
        "/company-payment-methods",
    }
    hourly = {"/channels"} | {f"/{of}/extra-fields" for of in ("ip/invoices", "orders", "companies", "users")}
    assert [path for path in soon if path not in itertools.chain(*quiet)] == []
    assert [path for path in soon | hourly if path not in itertools.chain(*at_once)] == []


@pytest.fixture
def many_open(minute, long_lists, store, sandbox, company):
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
    sync(store)
    pass_by(store, MINUTE)


@only_whole("test_an_invoice_and_a_payment_changed_are_seen_by_the_next_pass")
@pytest.mark.usefixtures("many_open")
def test_owed_invoices_come_round_within_an_hour_a_page_a_pass(minute, store, sandbox):
    """Whatever they say of having changed: amounts of ours that are wrong, and one that is not owed any more."""
    Invoice.objects.filter(store=store, status__in=HOT).update(open_balance=F("open_balance") + 1)
    paid = Invoice.objects.filter(store=store, status=InvoiceStatus.PAID).earliest("issued_at")
    Invoice.objects.filter(pk=paid.pk).update(status=InvoiceStatus.OPEN)
    begin_a_round(minute, store)
    end_the_round(minute, store)
    assert differences(store, sandbox) == {}
    # When many are paid between two pages, none is stepped over.
    open_ones = Invoice.objects.filter(store=store, status=InvoiceStatus.OPEN)
    rows = list(open_ones.order_by("issued_at", "api_id"))
    begin_a_round(minute, store)
    sandbox.control("PUT", "clock", {"advance": 600})
    for invoice in rows[: SHORT_PAGE - 2]:
        sandbox.put(f"/ip/invoices/{invoice.api_id}", {"status": InvoiceStatus.PAID.value})
    later = [row.pk for row in rows[SHORT_PAGE : 2 * SHORT_PAGE]]
    Invoice.objects.filter(pk__in=later).update(open_balance=F("open_balance") + 1)
    end_the_round(minute, store)
    assert differences(store, sandbox) == {}


def begin_a_round(minute, store) -> None:
    """An hour has passed since the last; one pass reads the first page of it."""
    Scan.objects.filter(sync_pass__store=store, resource__in=HOT.values()).delete()
    SyncPass.objects.filter(store=store).update(started_at=F("started_at") - 59 * MINUTE)
    minute()
    assert not Scan.objects.get(sync_pass__store=store, resource="open invoices").is_complete


def end_the_round(minute, store) -> None:
    """The passes until both lists have come round: a dozen at most."""
    rounds = Scan.objects.filter(sync_pass__store=store, resource__in=HOT.values(), is_complete=True)
    for _ in range(12):
        minute()
        if rounds.count() == len(HOT):
            return
    raise AssertionError("The round took longer than a dozen passes.")


def test_an_invoice_and_a_payment_changed_are_seen_by_the_next_pass(
    minute, store, sandbox, payment, open_invoices
):
    sandbox.control("PUT", "clock", {"advance": 600})
    invoice = open_invoices[0]
    sandbox.put(f"/ip/invoices/{invoice.api_id}", {"purchaseOrderNumber": "PO 1"})
    sandbox.put(f"/ip/payments/{payment.api_id}/processing-status", {"processingStatus": 3})
    _done, asked = minute()
    invoice.refresh_from_db()
    payment.refresh_from_db()
    assert (invoice.purchase_order_number, payment.processing_status) == ("PO 1", 3)
    # Receipts come with payments.
    assert {"/ip/receipts", "/ip/receipt-lines", "/companies"} <= {*asked}
    assert differences(store, sandbox) == {}


# In the suite one of each list.
ONE_OF_EACH = [
    changes.extra_fields_of_a_company_changed,
    changes.buyer_added,
    changes.order_placed,
    changes.receipt_gone_with_its_lines,
    changes.method_switched_on,
]
CHANGES_IN_OTHER_LISTS = whole_or(
    [
        *ONE_OF_EACH,
        changes.receipt_line_gone,
        changes.method_switched_off,
        changes.order_changed,
        changes.company_placed_under_another,
    ],
    ONE_OF_EACH,
)


@only_whole("test_an_invoice_and_a_payment_changed_are_seen_by_the_next_pass")
def test_a_change_in_another_list_is_seen_in_five_minutes(minute, store, sandbox):
    """One after the other, so that each meets the cadence at another minute."""
    seen_late = []
    for change in CHANGES_IN_OTHER_LISTS:
        sandbox.control("PUT", "clock", {"advance": 600})
        is_here = change(store, sandbox)
        assert not is_here()
        minutes = 0
        while minutes < SOON and not is_here():
            minutes += 1
            minute()
        if not is_here():
            seen_late.append(change.__name__)
    assert seen_late == []
    assert differences(store, sandbox) == {}


@only_whole("test_an_invoice_and_a_payment_changed_are_seen_by_the_next_pass")
def test_a_message_makes_its_list_due_also_while_it_is_read(minute, store, sandbox):
    Watermark.objects.filter(store=store, resource="orders").update(due_at=timezone.now() + 30 * MINUTE)
    assert "/orders" not in minute()[1]
    message = webhooks.Message("1", "store/order/updated", {"id": 1})
    assert webhooks.take_in(store, message, lambda *_: None)
    assert "/orders" in minute()[1]
    webhooks.take_in(store, webhooks.Message("2", "store/order/updated", {"id": 1}), lambda *_: None)
    # As if reading had begun just before.
    Watermark.objects.filter(store=store, resource="orders").update(
        read_at=timezone.now() - MINUTE, due_at=timezone.now() + 4 * MINUTE
    )
    assert "/orders" in minute()[1]


@only_whole("test_an_invoice_and_a_payment_changed_are_seen_by_the_next_pass")
def test_by_hand_every_list_is_asked(store, sandbox):
    """Though a full pass has just read all of them."""
    sync(store)
    asked = {each["path"].removeprefix("/api/v3/io") for each in sandbox.control("GET", "requests")}
    lists = {"/companies", "/users", "/orders", "/ip/receipts", "/ip/receipt-lines", "/payments", "/channels"}
    assert asked >= lists | {"/ip/invoices", "/ip/payments", "/company-payment-methods"}


@only_whole("test_a_page_claims_what_its_own_lists_say")
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
    assert "/orders" in minute()[1]
