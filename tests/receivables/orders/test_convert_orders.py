"""Giving a person's orders to their company: nobody else's, not twice unseen, and not once they have left it."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from arportal.mirror.api.connections import client_for
from arportal.mirror.models import Buyer, Company
from arportal.receivables.changes import deferring
from arportal.receivables.changes.errors import Conflict
from arportal.receivables.changes.verb import perform
from arportal.receivables.models import Change
from arportal.receivables.orders.convert_orders import (
    Belonging,
    ConvertOrders,
    ReassignOrders,
    belonging,
)
from arportal.receivables.tasks import send_line
from arportal.stores.models import Store
from tests.receivables.every_verb import colleague

State, Verb = Change.State, Change.Verb


@pytest.fixture
def buyer(store) -> Buyer:
    """One of several of a company."""
    return colleague()


@pytest.fixture
def ask(controller, buyer):
    def ask(seen=None) -> Change:
        form = ConvertOrders(
            actor=controller,
            change_id=uuid.uuid4(),
            customer_id=buyer.customer_id,
            seen=seen or belonging(controller, buyer),
        )
        return perform(form)

    return ask


@pytest.fixture
def elsewhere(db) -> Store:
    return Store.objects.create(slug="other", name="Other", store_hash="other")


def test_where_a_persons_orders_belong(controller, buyer, elsewhere):
    def given(minutes: int, **more) -> Change:
        about = {"store": controller.store, "verb": Verb.CONVERT_ORDERS, "target_id": buyer.customer_id}
        at = timezone.now() - dt.timedelta(minutes=minutes)
        return Change.objects.create(
            id=uuid.uuid4(), actor=controller, company_id=1, asked_at=at, **(about | more)
        )

    for other in (
        {"store": elsewhere},
        {"verb": Verb.EDIT_ORDER},
        {"target_id": buyer.customer_id + 1},
        {"state": State.REFUSED},
    ):
        given(1, **other)
    assert belonging(controller, buyer) == Belonging(buyer.company_id, "")
    given(5)
    last = given(3, verb=Verb.REASSIGN_ORDERS)
    given(4)
    assert belonging(controller, buyer) == Belonging(buyer.company_id, str(last.pk))


def test_given_away_since_it_was_shown(ask, controller, buyer, sandbox):
    seen = Belonging(buyer.company_id, str(uuid.uuid4()))
    with pytest.raises(Conflict) as conflict:
        ask(seen)
    assert (conflict.value.seen, conflict.value.now) == (seen, belonging(controller, buyer))
    assert sandbox.writes() == []


def test_what_waited_for_room_is_sent_and_its_count_kept(ask, buyer, sandbox, store):
    sandbox.control("POST", "place-order", {"customerId": buyer.customer_id})
    sandbox.control("PUT", "clock", {"advance": 15})
    with deferring.asking(is_deferred=True):
        change = ask()
    assert change.after == {"buyer": str(buyer), "customer_id": buyer.customer_id}
    send_line(store.pk)
    change.refresh_from_db()
    assert (change.state, change.target_id, change.after) == (
        State.APPLIED,
        buyer.customer_id,
        {"orders": 1},
    )


def test_by_customer_group(controller, buyer, store):
    company = Company.objects.get(store=store, api_id=buyer.company_id)
    form = ReassignOrders(
        actor=controller,
        change_id=uuid.uuid4(),
        customer_id=buyer.customer_id,
        seen=belonging(controller, buyer),
        group_id=company.raw["bcGroupId"],
    )
    change = perform(form)
    change.refresh_from_db()
    assert (change.state, change.target_id) == (State.APPLIED, buyer.customer_id)
    assert isinstance(change.after["orders"], int)


@pytest.mark.parametrize("handler", [ConvertOrders.handler, ReassignOrders.handler])
@pytest.mark.parametrize("is_gone", [True, False])
def test_the_person_left_the_company_while_it_waited(handler, is_gone, buyer, elsewhere, store, sandbox):
    payload = {"customer_id": buyer.customer_id, "group_id": 1}
    change = Change(store=store, company_id=buyer.company_id, target_id=buyer.customer_id, payload=payload)
    change.is_deferred = True
    theirs = Buyer.objects.get(pk=buyer.pk)
    theirs.pk, theirs.store = (
        None,
        elsewhere,
    )  # Of the same number, in another store: this one is still there.
    theirs.save()
    left = {"gone_at": timezone.now()} if is_gone else {"company_id": buyer.company_id + 1}
    Buyer.objects.filter(pk=buyer.pk).update(**left)
    with pytest.raises(Conflict, match="different company now"):
        handler.send(client_for(store), change)
    assert sandbox.writes() == []
