"""Promises are judged by the ledger: kept, part kept, broken on the next day, corrected by what is seen late."""

import datetime as dt
import json
import uuid
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from arportal.b2b import Money
from arportal.mirror.models import Company
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.collections.judging import Evidence, judge, judge_promises
from arportal.receivables.collections.promises import add_promise, withdraw_promise
from arportal.receivables.models import (
    Change,
    CollectionEvent,
    OnAccount,
    OnAccountUse,
    PromiseToPay,
    WebhookEvent,
    WebhookKind,
    WebhookSubscription,
)
from arportal.receivables.on_account.keeping import Received, receive
from arportal.stores.access import NotAllowed
from arportal.stores.models import Role
from tests.receivables.asking import ask
from tests.receivables.ledger.books import Books

State = PromiseToPay.State


@pytest.fixture
def books(db) -> Books:
    books = Books("America/Los_Angeles")
    books.begin("2026-03-01")
    books.invoice(1, original=500, open=500, issued="2026-03-01", due="2026-03-05", seen="2026-03-01")
    books.invoice(2, original=80, open=80, issued="2026-03-01", due="2026-03-05", seen="2026-03-01")
    return books


@pytest.fixture
def promise(books):
    def promise(amount="200", by="2026-03-12", invoices=(), on="2026-03-10T09:00") -> PromiseToPay:
        day = books.moment(by).date()
        return add_promise(
            books.controller,
            uuid.uuid4(),
            1,
            Money(Decimal(amount), "EUR"),
            pay_by=day,
            invoice_ids=invoices,
            text="said on the phone",
            now=books.moment(on),
        )

    return promise


def pays(books: Books, number: int, invoice: int, amount: int, made: str, left: int, seen: str = "") -> None:
    books.payment(number, {invoice: amount}, made=made, seen=seen or made)
    books.invoice(invoice, open=left, changed=made, seen=seen or made)


def judged(books: Books, promise: PromiseToPay, on: str) -> tuple[str, Decimal]:
    with books.at(on):
        judge_promises(books.store, books.moment(on))
    promise.refresh_from_db()
    return promise.state, promise.paid


def test_it_works(books, promise):
    kept, part, broken = promise("200"), promise("300", invoices=[1]), promise("80", invoices=[2])
    pays(books, 1, 1, 200, "2026-03-11", 300)
    assert judged(books, kept, "2026-03-11T13:00") == (State.KEPT, 200)
    assert judged(books, part, "2026-03-12T23:59") == (State.OPEN, 200)
    assert judged(books, broken, "2026-03-12T23:59") == (State.OPEN, 0)
    # Just past midnight of the store, which is not that of the server.
    assert judged(books, part, "2026-03-13T00:01") == (State.PART_KEPT, 200)
    assert judged(books, broken, "2026-03-13T00:01") == (State.BROKEN, 0)
    told = CollectionEvent.objects.filter(actor=None).order_by("pk")
    assert [(event.promise_id, event.what) for event in told] == [
        (kept.pk, "kept"),
        (part.pk, "part-kept"),
        (broken.pk, "broken"),
    ]
    with books.at("2026-03-14"):
        assert judge_promises(books.store, books.moment("2026-03-14")) == 0


@pytest.mark.parametrize(
    ("paid", "left", "day", "expected"),
    [
        ("80.00", "20", 13, State.KEPT),
        ("79.99", "0", 13, State.SETTLED),
        ("79.99", "-5", 12, State.SETTLED),
        ("0", "0.01", 12, State.OPEN),
        ("0", "0.01", 13, State.BROKEN),
        ("0.01", "99.99", 13, State.PART_KEPT),
    ],
)
def test_each_state(paid, left, day, expected):
    evidence = Evidence(Decimal(paid), Decimal(left))
    assert judge(Decimal(80), dt.date(2026, 3, 12), evidence, dt.date(2026, 3, day)) == expected


def test_other_stores_and_those_of_long_ago_are_left_alone(books, promise):
    long_ago, elsewhere = promise("80"), Books(slug="elsewhere")
    elsewhere.begin("2026-03-01")
    assert judged(elsewhere, long_ago, "2026-03-13") == (State.OPEN, 0)
    assert judged(books, long_ago, "2026-03-13") == (State.BROKEN, 0)
    pays(books, 1, 1, 80, "2026-03-12", 420, seen="2026-04-11")
    assert judged(books, long_ago, "2026-04-12") == (State.BROKEN, 0)
    assert judged(books, long_ago, "2026-04-11") == (State.KEPT, 80)


def test_without_a_ledger_nothing_is_judged(db):
    books = Books()
    books.invoice(1, original=500, open=500, issued="2026-03-01", due="2026-03-05", seen="2026-03-01")
    said = {"pay_by": dt.date(2026, 3, 12), "invoice_ids": [], "text": "", "now": books.moment("2026-03-10")}
    promised = add_promise(books.controller, uuid.uuid4(), 1, Money(Decimal(80), "EUR"), **said)
    assert judged(books, promised, "2026-03-13") == (State.OPEN, 0)


def test_what_was_paid_before_or_elsewhere_or_later_does_not_count(books, promise):
    pays(books, 1, 1, 100, "2026-03-10T08:00", 400)
    named = promise("80", invoices=[2])
    whole = promise("80")
    pays(books, 2, 1, 100, "2026-03-13T00:10", 300)
    assert judged(books, named, "2026-03-13T09:00") == (State.BROKEN, 0)
    assert judged(books, whole, "2026-03-13T09:00") == (State.BROKEN, 0)


def test_a_payment_that_is_seen_late_corrects_it_and_a_refund_in_time_too(books, promise):
    late = promise("80", invoices=[2])
    assert judged(books, late, "2026-03-13") == (State.BROKEN, 0)
    pays(books, 1, 2, 80, "2026-03-12", 0, seen="2026-03-13T15:00")
    assert judged(books, late, "2026-03-13T16:00") == (State.KEPT, 80)
    refunded = promise("100", by="2026-03-20", on="2026-03-14")
    pays(books, 2, 1, 100, "2026-03-15", 400)
    assert judged(books, refunded, "2026-03-15T13:00") == (State.KEPT, 100)
    books.payment(2, status=4, changed="2026-03-16", seen="2026-03-16")
    books.invoice(1, open=500, changed="2026-03-16", seen="2026-03-16")
    assert judged(books, refunded, "2026-03-16T13:00") == (State.OPEN, 0)
    assert judged(books, refunded, "2026-03-21") == (State.BROKEN, 0)


def test_a_page_asks_for_those_alone_whose_day_is_over(books, promise):
    early, over = promise("80", by="2026-03-20", invoices=[2]), promise("80", by="2026-03-10")
    pays(books, 1, 2, 80, "2026-03-10T15:00", 0)
    with books.at("2026-03-11"):
        assert judge_promises(books.store, books.moment("2026-03-11"), only_over=True) == 1
        assert judge_promises(books.store, books.moment("2026-03-11"), 2) == 0
        assert judge_promises(books.store, books.moment("2026-03-11"), 1) == 1
    states = [PromiseToPay.objects.get(pk=one.pk).state for one in (early, over)]
    assert states == [State.KEPT, State.KEPT]


def test_a_page_leaves_to_the_night_what_is_judged_already(books, promise):
    late = promise("80", invoices=[2])
    assert judged(books, late, "2026-03-13") == (State.BROKEN, 0)
    pays(books, 1, 2, 80, "2026-03-12", 0, seen="2026-03-13T15:00")
    now = books.moment("2026-03-13T16:00")
    with books.at("2026-03-13T16:00"):
        assert judge_promises(books.store, now, only_over=True) == 0
        assert judge_promises(books.store, now) == 1


def test_who_subscribes_is_told_of_each_promise_that_breaks_and_of_no_other(books, promise):
    kept, broken = promise("200", invoices=[1]), promise("80", invoices=[2])
    WebhookSubscription.objects.create(
        store=books.store,
        name="ERP",
        url="https://erp.example.com/",
        kinds=[WebhookKind.PROMISE],
        created_by=books.controller,
    )
    pays(books, 1, 1, 200, "2026-03-11", 300)
    assert judged(books, kept, "2026-03-13") == (State.KEPT, 200)
    told = [json.loads(event.body)["data"] for event in WebhookEvent.objects.all()]
    assert [(data["id"], data["state"]) for data in told] == [(broken.pk, "broken")]
    # Broken before, and kept after all: no promise breaks by that.
    pays(books, 2, 2, 80, "2026-03-12", 0, seen="2026-03-13T15:00")
    assert judged(books, broken, "2026-03-13T16:00") == (State.KEPT, 80)
    assert WebhookEvent.objects.count() == 1


def test_money_on_account_has_been_paid(books, promise):
    kept, broken = promise("80", invoices=[2]), promise("81", by="2026-03-10")
    with books.at("2026-03-11"):
        came_on = dt.date(2026, 3, 11)
        money = Received(
            company_id=1,
            money=Money(Decimal(80), "EUR"),
            received_on=came_on,
            reference="",
            payer_name="",
            reason="no number on it",
        )
        Company.objects.create(store=books.store, api_id=1, name="Acme", status=1)
        receive(books.controller, uuid.uuid4(), money)
    assert judged(books, broken, "2026-03-11T13:00") == (State.BROKEN, 0)
    assert judged(books, kept, "2026-03-11T13:00") == (State.KEPT, 80)


def test_money_that_was_on_account_before_is_no_new_money(books, promise):
    def put(amount: int, day: int) -> OnAccount:
        return OnAccount.objects.create(
            form_id=uuid.uuid4(),
            store=books.store,
            company_id=1,
            currency="EUR",
            amount=amount,
            received_on=dt.date(2026, 3, day),
            reason="no number on it",
            actor=books.controller,
        )

    every, named = promise("500"), promise("80", invoices=[2])
    before = put(30, 9)
    assert judged(books, every, "2026-03-12") == (State.OPEN, 0)
    put(20, 10)
    assert judged(books, every, "2026-03-12") == (State.OPEN, 20)
    payload = {"lines": [{"invoice_id": 1, "amount": "30"}]}
    change = ask(books.controller, uuid.uuid4(), Change.Verb.RECORD_PAYMENT, company_id=1, payload=payload)
    OnAccountUse.objects.create(
        form_id=uuid.uuid4(),
        money=before,
        kind=OnAccountUse.Kind.APPLIED,
        amount=30,
        change=change,
        taken_on=dt.date(2026, 3, 11),
        actor=books.controller,
    )
    pays(books, 1, 1, 30, "2026-03-11", 470)
    assert judged(books, every, "2026-03-12") == (State.OPEN, 20)
    # Of the invoice that the other names, nothing was paid, and nothing less.
    assert judged(books, named, "2026-03-12") == (State.OPEN, 0)


def test_nothing_is_broken_when_nothing_is_owed_any_more(books, promise):
    settled = promise("80", invoices=[2])
    books.invoice(2, open=0, changed="2026-03-11", seen="2026-03-11")
    assert judged(books, settled, "2026-03-13") == (State.SETTLED, 0)


def test_refusals(books, promise):
    refused = {}
    for name, given in {
        "in the past": {"by": "2026-03-09"},
        "more than is open": {"amount": "81", "invoices": [2]},
        "an unknown invoice": {"invoices": [99]},
    }.items():
        with pytest.raises(Invalid) as broken:
            promise(**given)
        refused[name] = list(broken.value.fields)
    assert refused == {
        "in the past": ["pay_by"],
        "more than is open": ["amount"],
        "an unknown invoice": [""],
    }
    assert not PromiseToPay.objects.exists()
    books.controller.role = Role.VIEWER
    with pytest.raises(NotAllowed):
        promise()


def test_the_same_form_is_one_promise_and_nobody_can_change_what_was_said(books):
    form, now = uuid.uuid4(), books.moment("2026-03-10")
    said = {"pay_by": now.date(), "invoice_ids": [2], "text": "", "now": now}
    first = add_promise(books.controller, form, 1, Money(Decimal(80), "EUR"), **said)
    pays(books, 1, 2, 80, "2026-03-10T12:30", 0)
    assert add_promise(books.controller, form, 1, Money(Decimal(80), "EUR"), **said) == first
    assert CollectionEvent.objects.count() == 1
    for change in (
        lambda: PromiseToPay.objects.update(amount=1),
        CollectionEvent.objects.all().delete,
        lambda: CollectionEvent.objects.update(text="never said"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_withdrawn_it_is_not_judged(books, promise):
    taken_back, now = promise(), books.moment("2026-03-11")
    withdraw_promise(books.controller, taken_back.pk, "another company", now)
    assert judged(books, taken_back, "2026-03-20") == (State.WITHDRAWN, 0)
    with pytest.raises(Conflict, match="Withdrawn"):
        withdraw_promise(books.controller, taken_back.pk, "again", now)
