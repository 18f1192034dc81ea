"""Money on account: kept once per form, taken off no further than is left, and given back by what becomes of its
payment."""

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from arportal.b2b import Money
from arportal.mirror.models import Company
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change, OnAccount, OnAccountUse
from arportal.receivables.on_account.balances import on_account
from arportal.receivables.on_account.keeping import (
    Received,
    not_on_account,
    receive,
    take_off,
    taken_for,
    use_for,
)
from arportal.stores.access import NotAllowed
from arportal.stores.models import Activity, Membership, Store

DAY = dt.date(2026, 10, 5)
Kind = OnAccountUse.Kind
State = Change.State


@pytest.fixture
def received(company) -> Received:
    return Received(
        company_id=company.api_id,
        money=Money(Decimal("90.50"), "EUR"),
        received_on=DAY,
        reference="SEPA 77",
        payer_name="Accounts payable",
        reason="No invoice named",
    )


@pytest.fixture
def kept(clerk, received) -> OnAccount:
    return receive(clerk, uuid.uuid4(), received)


def left_of(money: OnAccount, day: dt.date | None = None) -> Decimal:
    of_company = on_account(money.store, [money.company_id], day)
    return of_company.get((money.company_id, money.currency), Money(Decimal(0), money.currency)).amount


def change_of(actor: Membership, money: OnAccount, verb: Change.Verb, **fields: object) -> Change:
    content = {"company_id": money.company_id, "amount": Decimal(40), "currency": money.currency}
    return Change.objects.create(
        id=uuid.uuid4(), store=money.store, actor=actor, verb=verb, **content | fields
    )


def test_it_works(clerk, company, received):
    form_id = uuid.uuid4()
    money = receive(clerk, form_id, received)
    told = Activity.objects.get(kind=Activity.Kind.ON_ACCOUNT)
    assert (told.words, told.company_id, told.details) == (
        "Put on account: 90.50 EUR",
        company.api_id,
        {"money": money.pk},
    )
    assert receive(clerk, form_id, received) == money
    assert Activity.objects.get(kind=Activity.Kind.ON_ACCOUNT) == told
    assert on_account(clerk.store) == {(company.api_id, "EUR"): Money(Decimal("90.50"), "EUR")}
    assert on_account(clerk.store, [company.api_id + 1]) == {}
    assert on_account(clerk.store, day=DAY - dt.timedelta(days=1)) == {}
    assert left_of(money, DAY) == Decimal("90.50")


def test_what_is_refused(clerk, viewer, received):
    refused = {
        "amount": replace(received, money=Money(Decimal("0.005"), "EUR")),
        "received_on": replace(received, received_on=dt.date(2999, 1, 1)),
        "reason": replace(received, reason=" "),
    }
    for name, form in refused.items():
        with pytest.raises(Invalid) as broken:
            receive(clerk, uuid.uuid4(), form)
        assert set(broken.value.fields) == {name}
    with pytest.raises(Company.DoesNotExist):
        receive(clerk, uuid.uuid4(), replace(received, company_id=999_999))
    with pytest.raises(NotAllowed):
        receive(viewer, uuid.uuid4(), received)
    clerk.all_companies = False
    with pytest.raises(NotAllowed):
        receive(clerk, uuid.uuid4(), received)
    assert not OnAccount.objects.exists()


def test_what_came_today_is_of_no_later_day(clerk, received):
    today = clerk.store.today(timezone.now())
    assert receive(clerk, uuid.uuid4(), replace(received, received_on=today)).received_on == today


def test_nothing_is_put_into_a_closed_month(clerk, kept, received):
    """What was put there before its books were closed is the same when its form comes again."""
    Store.objects.update(closed_until=DAY)
    with pytest.raises(Invalid, match="The books are closed") as refused:
        receive(clerk, uuid.uuid4(), received)
    assert set(refused.value.fields) == {"received_on"}
    assert receive(clerk, kept.form_id, received) == kept == OnAccount.objects.get()
    next_day = replace(received, received_on=DAY + dt.timedelta(days=1))
    assert receive(clerk, uuid.uuid4(), next_day).received_on == next_day.received_on


def test_taking_off(controller, clerk, kept, received):
    other = receive(clerk, uuid.uuid4(), received)
    with CaptureQueriesContext(connection) as queries:
        taken = take_off(controller, uuid.uuid4(), kept.pk, Kind.PAID_BACK, Decimal("90.50"), "Asked for it")
    assert (taken.money, taken.reason, taken.actor) == (kept, "Asked for it", controller)
    assert (left_of(kept), OnAccount.objects.with_left().get(pk=other.pk).left) == (
        other.amount,
        other.amount,
    )
    told = Activity.objects.order_by("-pk")[0]
    assert (told.words, told.company_id, told.details) == (
        "Taken off account: 90.50 EUR, Paid back to the customer",
        kept.company_id,
        {"money": kept.pk, "reason": "Asked for it"},
    )
    # Nobody else takes off what is counted here.
    asked = [query["sql"] for query in queries]
    locked = next(number for number, sql in enumerate(asked) if "pg_advisory_xact_lock" in sql)
    assert locked < next(number for number, sql in enumerate(asked) if "receivables_onaccountuse" in sql)


def test_what_is_not_taken_off(controller, kept):
    refused = {"reason": (Decimal(1), " "), "amount": (Decimal("0.005"), "Asked for it")}
    for name, (amount, reason) in refused.items():
        with pytest.raises(Invalid) as broken:
            take_off(controller, uuid.uuid4(), kept.pk, Kind.PAID_BACK, amount, reason)
        assert set(broken.value.fields) == {name}
    assert not OnAccountUse.objects.exists()


def test_the_money_that_became_a_payment(clerk, kept, received):
    other = receive(clerk, uuid.uuid4(), received)
    change = change_of(clerk, kept, Change.Verb.RECORD_PAYMENT, state=State.APPLIED, target_id=7)
    use = use_for(change, kept.pk)
    second = change_of(clerk, other, Change.Verb.RECORD_PAYMENT, state=State.APPLIED, target_id=8)
    assert (use.money, use.amount, use_for(second, other.pk).money) == (kept, Decimal(40), other)
    elsewhere = Store.objects.create(slug="other", name="Other", store_hash="other")
    assert [taken_for(clerk.store, number) for number in (7, 9)] == [use, None]
    assert taken_for(elsewhere, 7) is None


def test_an_id_is_of_one_form(clerk, controller, kept, received):
    with pytest.raises(Invalid, match="already used"):
        receive(clerk, kept.form_id, replace(received, reference="SEPA 78"))
    form_id = uuid.uuid4()
    taken = take_off(controller, form_id, kept.pk, Kind.PAID_BACK, Decimal(20), "Asked for it")
    assert take_off(controller, form_id, kept.pk, Kind.PAID_BACK, Decimal(20), "Asked for it") == taken
    with pytest.raises(Invalid, match="already used"):
        take_off(controller, form_id, kept.pk, Kind.PAID_BACK, Decimal(21), "Asked for it")
    assert left_of(kept) == Decimal("70.50")


def test_no_more_than_is_left_is_taken_off_and_by_controllers_alone(clerk, controller, kept, received):
    money = receive(clerk, uuid.uuid4(), received)  # Of the other nothing was taken off.
    take_off(controller, uuid.uuid4(), money.pk, Kind.REVERSED, Decimal("90.00"), "Typed wrong")
    with pytest.raises(Invalid, match=r"Only 0\.50 EUR of it"):
        take_off(controller, uuid.uuid4(), money.pk, Kind.REVERSED, Decimal("0.51"), "Typed wrong")
    with pytest.raises(NotAllowed):
        take_off(clerk, uuid.uuid4(), money.pk, Kind.REVERSED, Decimal("0.01"), "Typed wrong")
    controller.all_companies = False
    with pytest.raises(OnAccount.DoesNotExist):
        take_off(controller, uuid.uuid4(), money.pk, Kind.REVERSED, Decimal("0.01"), "Typed wrong")


def test_what_is_applied_is_back_when_its_payment_is_refused_or_deleted(clerk, kept):
    today = kept.store.today(timezone.now())
    change = change_of(clerk, kept, Change.Verb.RECORD_PAYMENT, state=State.ASKED, target_id=7)
    use_for(change, kept.pk)
    left = []
    for state in (State.ASKED, State.SENT, State.UNKNOWN, State.REFUSED, State.APPLIED):
        Change.objects.filter(pk=change.pk).update(state=state)
        left.append(left_of(kept))
        assert OnAccount.objects.with_left().get().left == left_of(kept) == left_of(kept, today)
    assert left == [Decimal(amount) for amount in ("50.5", "50.5", "50.5", "90.5", "50.5")]

    later = timezone.now() + dt.timedelta(days=3)
    deletion = change_of(clerk, kept, Change.Verb.DELETE_PAYMENT, state=State.SENT, target_id=7)
    assert left_of(kept) == Decimal("50.5")
    # A repair deletes one payment of two, and this is the money of the other.
    Change.objects.filter(pk=deletion.pk).update(state=State.APPLIED, settled_at=later, after={"kept": [{}]})
    assert left_of(kept) == Decimal("50.5")
    Change.objects.filter(pk=deletion.pk).update(after={})
    assert (left_of(kept), left_of(kept, today)) == (Decimal("90.5"), Decimal("50.5"))
    assert left_of(kept, later.date() + dt.timedelta(days=1)) == Decimal("90.5")


def test_money_of_another_company_or_currency_is_none(clerk, kept):
    other = Company.objects.exclude(api_id=kept.company_id)[0].api_id
    assert "no such money" in not_on_account(clerk, kept.pk, other, kept.money)[""][0]
    in_dollars = Money(Decimal(1), "USD")
    assert "is in EUR" in not_on_account(clerk, kept.pk, kept.company_id, in_dollars)[""][0]


def test_it_is_append_only(controller, kept):
    take_off(controller, uuid.uuid4(), kept.pk, Kind.REVERSED, Decimal(1), "Typed wrong")
    for rows in (OnAccount.objects.all(), OnAccountUse.objects.all()):
        for change in (lambda rows=rows: rows.update(amount=1), lambda rows=rows: rows._raw_delete(rows.db)):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                change()
