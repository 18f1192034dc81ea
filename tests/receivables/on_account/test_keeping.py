"""Money on account: kept once per form, taken off no further than is left, and given back by what becomes of its
payment."""

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from arportal.b2b import Money
from arportal.mirror.models import Company
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change, OnAccount, OnAccountUse
from arportal.receivables.on_account.balances import on_account
from arportal.receivables.on_account.keeping import Received, not_on_account, receive, take_off, use_for
from arportal.stores.access import NotAllowed
from arportal.stores.models import Membership

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
    assert receive(clerk, form_id, received) == money
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
    with pytest.raises(NotAllowed):
        receive(viewer, uuid.uuid4(), received)
    clerk.all_companies = False
    with pytest.raises(NotAllowed):
        receive(clerk, uuid.uuid4(), received)
    assert not OnAccount.objects.exists()


def test_an_id_is_of_one_form(clerk, controller, kept, received):
    with pytest.raises(Invalid, match="already used"):
        receive(clerk, kept.form_id, replace(received, reference="SEPA 78"))
    form_id = uuid.uuid4()
    taken = take_off(controller, form_id, kept.pk, Kind.PAID_BACK, Decimal(20), "Asked for it")
    assert take_off(controller, form_id, kept.pk, Kind.PAID_BACK, Decimal(20), "Asked for it") == taken
    with pytest.raises(Invalid, match="already used"):
        take_off(controller, form_id, kept.pk, Kind.PAID_BACK, Decimal(21), "Asked for it")
    assert left_of(kept) == Decimal("70.50")


def test_no_more_than_is_left_is_taken_off_and_by_controllers_alone(clerk, controller, kept):
    take_off(controller, uuid.uuid4(), kept.pk, Kind.REVERSED, Decimal("90.00"), "Typed wrong")
    with pytest.raises(Invalid, match=r"Only 0\.50 EUR of it"):
        take_off(controller, uuid.uuid4(), kept.pk, Kind.REVERSED, Decimal("0.51"), "Typed wrong")
    with pytest.raises(NotAllowed):
        take_off(clerk, uuid.uuid4(), kept.pk, Kind.REVERSED, Decimal("0.01"), "Typed wrong")
    controller.all_companies = False
    with pytest.raises(OnAccount.DoesNotExist):
        take_off(controller, uuid.uuid4(), kept.pk, Kind.REVERSED, Decimal("0.01"), "Typed wrong")


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
