"""Orders: PO number and extra fields, the B2B record, and whose they are."""

import uuid

import pytest
from django.utils import timezone

from arportal.mirror.api.connections import client_for
from arportal.mirror.api.refresh import refresh_order
from arportal.mirror.models import Buyer, Order
from arportal.receivables.changes import changes, state_machine
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import perform
from arportal.receivables.models import Change
from arportal.receivables.orders.convert_orders import ConvertOrders, ReassignOrders, belonging
from arportal.receivables.orders.edit_order import EditOrder
from arportal.receivables.orders.orders import values_of
from arportal.receivables.orders.record_order import RecordOrder

State = Change.State


@pytest.fixture
def order(store) -> Order:
    return refresh_order(store, Order.objects.exclude(company_id=None).order_by("-api_id")[0].api_id)


@pytest.fixture
def buyer(store) -> Buyer:
    return Buyer.objects.exclude(customer_id=None).exclude(company_id=None).order_by("api_id")[0]


@pytest.fixture
def edit(controller, order):
    def edit(shown_at=order.updated_at) -> Change:
        return perform(
            EditOrder(
                actor=controller,
                change_id=uuid.uuid4(),
                order_id=order.api_id,
                po_number="PO-77",
                extra_fields={"Dock": "4"},
                shown_at=shown_at,
            )
        )

    return edit


@pytest.fixture
def record(controller):
    def record(order_id, customer_id, po_number="", *, change_id=None, **extra_fields) -> Change:
        return perform(
            RecordOrder(
                actor=controller,
                change_id=change_id or uuid.uuid4(),
                order_id=order_id,
                customer_id=customer_id,
                po_number=po_number,
                extra_fields=extra_fields,
            )
        )

    return record


@pytest.fixture
def convert(buyer):
    """Gives the buyer's orders to their company, as the person was shown it just now."""

    def convert(actor):
        seen = belonging(actor, buyer)
        return perform(
            ConvertOrders(actor=actor, change_id=uuid.uuid4(), customer_id=buyer.customer_id, seen=seen)
        )

    return convert


@pytest.fixture
def private_order(sandbox, buyer) -> int:
    """An order its buyer placed before they bought for a company."""
    placed = sandbox.control("POST", "place-order", {"customerId": buyer.customer_id})
    sandbox.control("PUT", "clock", {"advance": 15})
    return placed["bcOrderId"]


def test_it_works(edit, order, sandbox):
    change = edit()
    assert (change.state, change.company_id) == (State.APPLIED, order.company_id)
    now = sandbox.get(f"/orders/{order.api_id}")
    assert (now["poNumber"], now["extraFields"]) == ("PO-77", [{"fieldName": "Dock", "fieldValue": "4"}])
    order.refresh_from_db()
    assert values_of(order) == {"po_number": "PO-77", "extra_fields": {"Dock": "4"}}


def test_an_order_that_changed_meanwhile_is_left_alone(edit, order, sandbox):
    shown_at = timezone.now()
    with pytest.raises(Conflict, match="has changed since") as conflict:
        edit(shown_at=shown_at)
    assert (conflict.value.seen, conflict.value.now) == (shown_at, order.updated_at)
    assert sandbox.writes() == []


def test_what_somebody_else_wrote_since_is_not_undone(edit, order, sandbox):
    sandbox.fault("drop_before", method="PUT")
    change = edit()
    sandbox.put(f"/orders/{order.api_id}", {"poNumber": "theirs"})
    later = timezone.now() + 2 * state_machine.QUARANTINE
    assert changes.resume(change, later).state == State.REFUSED


def test_the_record_of_a_fresh_order(record, buyer, sandbox):
    placed = sandbox.control("POST", "place-order", {"customerId": buyer.customer_id})
    order_id = placed["bcOrderId"]
    change = record(order_id, buyer.customer_id, po_number="PO-1", Dock="4")
    assert (change.state, change.company_id) == (State.APPLIED, buyer.company_id)
    now = sandbox.get(f"/orders/{order_id}")
    assert (now["poNumber"], now["extraFields"]) == ("PO-1", [{"fieldName": "Dock", "fieldValue": "4"}])
    assert Order.objects.get(api_id=order_id).company_id == buyer.company_id


def test_what_became_of_an_edit(order, store, sandbox):
    before = values_of(order)
    change = Change(store=store, target_id=order.api_id, before=before, after=before | {"po_number": "ours"})

    def outcome() -> LookupOutcome:
        return EditOrder.handler.look_up(client_for(store), change).outcome

    assert outcome() == LookupOutcome.NOT_DONE
    sandbox.put(f"/orders/{order.api_id}", {"poNumber": "ours"})
    assert outcome() == LookupOutcome.DONE
    sandbox.put(f"/orders/{order.api_id}", {"poNumber": "theirs"})
    assert outcome() == LookupOutcome.OVERTAKEN


def test_a_record_that_is_there_is_ours_if_it_says_what_we_wrote(private_order, store, sandbox):
    def outcome(order_id, po_number, **extra_fields) -> LookupOutcome:
        change = Change(store=store, target_id=order_id)
        change.payload = {"po_number": po_number, "extra_fields": extra_fields}
        return RecordOrder.handler.look_up(client_for(store), change).outcome

    assert outcome(private_order + 1, "") == LookupOutcome.NOT_DONE
    fields = [{"fieldName": "Dock", "fieldValue": "4"}]
    sandbox.put(f"/orders/{private_order}", {"poNumber": "PO-1", "extraFields": fields})
    ours = [("PO-1", {"Dock": "4"}), ("", {"Dock": "4"}), ("PO-1", {}), ("", {})]
    theirs = [("PO-2", {"Dock": "4"}), ("PO-1", {"Dock": "5"}), ("PO-1", {"Gate": "4"}), ("", {"Dock": "5"})]
    told = [outcome(private_order, po_number, **fields) for po_number, fields in ours + theirs]
    assert told == [LookupOutcome.DONE] * 4 + [LookupOutcome.OVERTAKEN] * 4


def test_after_ten_seconds_the_store_has_made_the_record_itself(record, buyer, private_order):
    change = record(order_id=private_order, customer_id=buyer.customer_id)
    assert change.state == State.REFUSED
    assert "already exists" in change.error


def test_a_second_click_finds_its_record_though_the_buyer_has_gone(record, buyer, sandbox):
    placed = sandbox.control("POST", "place-order", {"customerId": buyer.customer_id})
    change_id = uuid.uuid4()
    first = record(placed["bcOrderId"], buyer.customer_id, change_id=change_id)
    Buyer.objects.filter(pk=buyer.pk).update(gone_at=timezone.now())
    assert record(placed["bcOrderId"], buyer.customer_id, change_id=change_id) == first


def test_a_stranger_has_no_company_to_record_for(record):
    with pytest.raises(Invalid, match="No buyer"):
        record(order_id=1, customer_id=999_999)


def test_private_orders_go_to_the_persons_company(convert, controller, buyer, private_order):
    change = convert(controller)
    assert (change.state, change.after) == (State.APPLIED, {"orders": 1})
    assert Order.objects.get(api_id=private_order).company_id == buyer.company_id


def test_converting_again_finds_nothing(convert, controller, private_order):
    convert(controller)
    assert convert(controller).after == {"orders": 0}


def test_reassigning_by_customer_group_is_refused_in_the_stores_words(controller, buyer):
    seen = belonging(controller, buyer)
    change = perform(
        ReassignOrders(
            actor=controller,
            change_id=uuid.uuid4(),
            customer_id=buyer.customer_id,
            group_id=999_999,
            seen=seen,
        )
    )
    assert (change.state, "not supported for this user" in change.error) == (State.REFUSED, True)
