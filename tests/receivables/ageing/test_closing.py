"""Closed months: nothing is dated into them, whoever asks; the last one can be opened again."""

import datetime as dt
import uuid
from decimal import Decimal
from threading import Event, Thread
from time import sleep

import pytest
from django.db import connection, transaction

from arportal.b2b import Money
from arportal.receivables.ageing import closing
from arportal.receivables.ageing.ageing import AsOf, ageing
from arportal.receivables.ageing.closing import close_month, next_to_close, outlook, reopen_month
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.periods import closed_days
from arportal.receivables.invoices.create_invoice import CreateInvoice
from arportal.receivables.invoices.edit_invoice import EditInvoice
from arportal.receivables.invoices.invoice_drafts import DraftLine, InvoiceDraft
from arportal.receivables.invoices.invoice_values import values_of
from arportal.receivables.models import AgeingSnapshot, Change, Ledger, OnAccount
from arportal.receivables.on_account.keeping import Received, receive
from arportal.receivables.payments.edit_payment import EditPayment
from arportal.receivables.payments.edits import Edit
from arportal.receivables.payments.payment_contents import shown
from arportal.receivables.payments.record_payment import OfflinePayment, RecordPayment
from arportal.stores.access import NotAllowed
from arportal.stores.models import Activity, Membership, Role, Store
from tests.receivables.asking import ask


@pytest.fixture
def last(today) -> dt.date:
    """The end of the last month that is over."""
    return today.replace(day=1) - dt.timedelta(days=1)


@pytest.fixture
def closed(controller, last) -> dt.date:
    Ledger.objects.update(built_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    controller.store.refresh_from_db()
    close_month(controller, last)
    return last


def test_it_works(closed, controller, admin, clerk, today):
    store = Store.objects.get(pk=controller.store_id)
    assert (store.closed_until, next_to_close(store, today)) == (closed, None)
    assert AgeingSnapshot.objects.filter(store=store, as_of=closed).count() == 1
    told = Activity.objects.get(kind=Activity.Kind.PERIOD)
    figures = {row.currency: f"{row.open.amount:f}" for row in ageing(controller, AsOf(closed, today))}
    assert {code: row["open"] for code, row in told.details["figures"].items()} == figures != {}
    with pytest.raises(Invalid, match="cannot be closed now"):
        close_month(controller, closed)
    with pytest.raises(Invalid, match="Give a reason"):
        reopen_month(admin, closed, " ")
    reopen_month(admin, closed, "An invoice was forgotten")
    store.refresh_from_db()
    assert store.closed_until == closed.replace(day=1) - dt.timedelta(days=1)
    assert next_to_close(store, today) == closed
    told = Activity.objects.filter(kind=Activity.Kind.PERIOD).last()
    assert "An invoice was forgotten" in told.words
    assert told.details == {"until": str(store.closed_until), "reason": "An invoice was forgotten"}
    with pytest.raises(Invalid, match="not the last closed month any more"):
        reopen_month(admin, closed, "Again")
    close_month(controller, closed)
    admin.all_companies = False
    for act in (
        lambda: close_month(clerk, closed),
        lambda: reopen_month(controller, closed, "x"),
        lambda: outlook(admin, closed, today),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_what_is_set_of_the_store_meanwhile_stays(closed, admin, last, today, monkeypatch):
    stale = Store.objects.get(pk=admin.store_id)
    monkeypatch.setattr(closing, "_locked", lambda _actor: (stale, today))
    Store.objects.update(name="Renamed")
    reopen_month(admin, closed, "An invoice was forgotten")
    close_month(admin, last)
    store = Store.objects.get(pk=admin.store_id)
    assert (store.closed_until, store.name) == (last, "Renamed")


def test_months_are_closed_one_after_the_other():
    store = Store(closed_until=dt.date(2026, 1, 31))
    days = (dt.date(2026, 2, 28), dt.date(2026, 3, 1), dt.date(2026, 6, 5))
    february = dt.date(2026, 2, 28)
    assert [next_to_close(store, day) for day in days] == [None, february, february]
    store.closed_until = dt.date(2026, 11, 30)
    assert next_to_close(store, dt.date(2027, 1, 1)) == dt.date(2026, 12, 31)


def test_nothing_is_dated_into_it(closed, controller, open_invoices, split_payment, company):
    """Each verb at its last look, with the company locked; a day later it is let through."""
    invoice, actor = open_invoices[0], {"actor": controller, "change_id": uuid.uuid4()}
    seen = values_of(invoice, controller.store.zone)
    allocations = (Allocation(invoice.api_id, Decimal(1)),)
    receiving = {"company_id": company.api_id, "reference": "CHQ", "payer_name": "Payer"}

    def recording(day):
        payment = OfflinePayment(
            **receiving, currency=invoice.currency, allocations=allocations, received_on=day, memo=""
        )
        RecordPayment(**actor, payment=payment).check(company)

    def editing(day):
        wanted = Edit(
            seen=shown(split_payment),
            payer_name="Payer",
            memo="",
            reference="CHQ",
            received_on=day,
            allocations=tuple(
                Allocation(each.api_id, Decimal(amount))
                for each, amount in zip(open_invoices, (2, 1), strict=False)
            ),
        )
        EditPayment(**actor, payment_id=split_payment.api_id, wanted=wanted).check(split_payment)

    def keeping(day):
        money = Money(Decimal(5), "EUR")
        receive(
            controller, uuid.uuid4(), Received(**receiving, money=money, received_on=day, reason="No invoice")
        )

    def creating(day):
        line = DraftLine(description="Work", sku="", quantity=Decimal(1), unit_price=Decimal(9))
        draft = InvoiceDraft(
            company_id=company.api_id, number="AR-1", currency="USD", issued_on=day, due_on=day, lines=(line,)
        )
        CreateInvoice(**actor, invoice=draft).check(company)

    def making_due(day):
        wanted = seen | {"due_on": str(day)}
        EditInvoice(**actor, invoice_id=invoice.api_id, seen=seen, wanted=wanted).check(invoice)

    wrong = {}
    for act, field in (
        (recording, "received_on"),
        (editing, "received_on"),
        (keeping, "received_on"),
        (creating, "issued_on"),
        (making_due, "due_on"),
    ):
        try:
            act(closed)
            wrong[act.__name__] = "let through"
        except Invalid as refused:
            if "The books are closed up to" not in str(refused.fields.get(field)):
                wrong[act.__name__] = refused.fields
        act(closed + dt.timedelta(days=1))
    assert wrong == {}
    assert OnAccount.objects.count() == 1


def test_what_is_under_way_into_it_comes_first(controller, last, company, today, other_store):
    theirs = Membership.objects.create(user=controller.user, store=other_store, role=Role.CONTROLLER)
    dated = {"payload": {"received_on": str(last)}}
    ask(theirs, uuid.uuid4(), Change.Verb.RECORD_PAYMENT, company_id=company.api_id, **dated)
    change = ask(
        controller,
        uuid.uuid4(),
        Change.Verb.RECORD_PAYMENT,
        company_id=company.api_id,
        payload={"received_on": str(last)},
    )
    assert [each.pk for each in outlook(controller, last, today).under_way] == [change.pk]
    with pytest.raises(Invalid, match="1 changes that are dated into it"):
        close_month(controller, last)
    Change.objects.filter(pk=change.pk).update(state=Change.State.REFUSED)
    close_month(controller, last)


@pytest.mark.django_db(transaction=True)
def test_what_is_being_written_down_while_a_month_is_closed(controller, last, company):
    """Closing waits for it, and then finds it under way."""
    asked, refusals = Event(), []

    def recording() -> None:
        with transaction.atomic():
            assert closed_days(controller.store, {"received_on": last}) == {}
            asked.set()
            sleep(0.2)
            ask(
                controller,
                uuid.uuid4(),
                Change.Verb.RECORD_PAYMENT,
                company_id=company.api_id,
                payload={"received_on": str(last)},
            )
        connection.close()

    thread = Thread(target=recording)
    thread.start()
    assert asked.wait(10)
    try:
        close_month(controller, last)
    except Invalid as refused:
        refusals.append(str(refused))
    thread.join()
    assert refusals == ["1 changes that are dated into it have not come to their end yet."]
