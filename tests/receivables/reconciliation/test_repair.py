"""Repairing what the reconciliation has found: by a controller, one payment at a time, never the last."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection

from arportal.mirror.models import Invoice, Payment, RequestBudget
from arportal.receivables.changes.approvals import approve
from arportal.receivables.changes.errors import Conflict, Invalid, StoreUnreadable
from arportal.receivables.models import Change, Discrepancy
from arportal.receivables.payments.payment_contents import shown
from arportal.receivables.reconciliation.reconcile import reconcile_store
from arportal.receivables.reconciliation.repairing import delete_payment, leave, recheck, to_repair
from arportal.stores.access import NotAllowed
from tests.receivables.doubling import again_at_the_store, recorded_at_the_store
from tests.whole import only_whole, whole_or

Kind, State, Resolution = Discrepancy.Kind, Change.State, Discrepancy.Resolution


@pytest.fixture
def recorded(clerk, open_invoices) -> Change:
    return recorded_at_the_store(clerk, open_invoices[0], Decimal(3))


@pytest.fixture
def double(recorded, sandbox, store) -> Discrepancy:
    again_at_the_store(sandbox, recorded)
    reconcile_store(store)
    return Discrepancy.objects.get(kind=Kind.DOUBLE)


def seen(payment_id: int):
    return shown(Payment.objects.get(api_id=payment_id))


def delete(actor, found, payment_id, change_id=None, **more) -> Change:
    given = {"seen": seen(payment_id), "reason": "there twice", **more}
    return delete_payment(actor, change_id or uuid.uuid4(), found.pk, payment_id, **given)


def open_at_store(sandbox, invoice) -> Decimal:
    return Decimal(sandbox.get(f"/ip/invoices/{invoice.api_id}")["openBalance"]["value"])


@pytest.mark.parametrize("which", whole_or([0, 1], [0]))
def test_it_works(double, recorded, controller, sandbox, store, open_invoices, which):
    """Whichever of two is deleted, the other is the one that was asked for, and stays."""
    before, number, kept = (
        open_invoices[0].open_balance,
        double.payment_ids[which],
        double.payment_ids[1 - which],
    )
    assert open_at_store(sandbox, open_invoices[0]) == before - 6
    click, as_shown = uuid.uuid4(), seen(number)
    change = delete(controller, double, number, click, seen=as_shown)
    assert delete(controller, double, number, click, seen=as_shown) == change  # A double click deletes one.
    assert [each["method"] for each in sandbox.writes()].count("DELETE") == 1
    assert (change.verb, change.state) == (Change.Verb.DELETE_PAYMENT, State.APPLIED)
    assert open_at_store(sandbox, open_invoices[0]) == before - 3
    assert Invoice.objects.get(pk=open_invoices[0].pk).open_balance == before - 3
    double.refresh_from_db()
    settled = (double.resolution, double.resolved_by, double.note)
    assert settled == (Resolution.REPAIRED, controller, "there twice")
    recorded.refresh_from_db()
    assert recorded.target_id == kept
    with pytest.raises(Invalid, match="no longer so"):
        delete(controller, double, kept)
    assert sandbox.get(f"/ip/payments/{kept}")
    reconcile_store(store)
    assert not to_repair(controller)


@only_whole("test_two_controllers_at_once_leave_one")
def test_the_last_one_stays_while_the_other_is_being_deleted(double, controller, sandbox):
    first, second = double.payment_ids
    sandbox.fault("drop_before", method="DELETE")
    assert delete(controller, double, second).state == State.UNKNOWN
    with pytest.raises(Invalid, match="One must stay"):
        delete(controller, double, first)


@pytest.mark.django_db(transaction=True)
def test_two_controllers_at_once_leave_one(double, controller, sandbox):
    def click(number: int) -> str:
        try:
            return str(delete(controller, double, number).state)
        except Invalid as refused:
            return str(refused)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people:
        said = list(people.map(click, double.payment_ids))
    assert sum(each == State.APPLIED for each in said) == 1, said
    held = sandbox.get("/ip/payments", searchBy="externalId", q=str(double.external_id))
    assert len(held) == 1


@only_whole("test_it_works")
def test_what_nobody_asked_for_may_go_altogether(recorded, store, controller, sandbox):
    number = recorded.target_id
    Change.objects.filter(pk=recorded.pk).update(state=State.REFUSED, target_id=None)
    reconcile_store(store)
    found = to_repair(controller).get()
    assert found.kind == Kind.UNWANTED
    delete(controller, found, number)
    found.refresh_from_db()
    assert (found.resolution, found.resolved_by) == (Resolution.REPAIRED, controller)


@only_whole("test_it_works")
def test_one_that_differs_is_not_deleted_here(recorded, store, controller, sandbox):
    Change.objects.filter(pk=recorded.pk).update(payload=recorded.payload | {"lines": []})
    reconcile_store(store)
    found = to_repair(controller).get()
    assert found.kind == Kind.DIFFERS
    with pytest.raises(Invalid, match="no longer so"):
        delete(controller, found, recorded.target_id)


@only_whole("receivables/payments/test_delete_payment.py::test_what_is_refused")
def test_a_payment_changed_since_it_was_shown(double, controller, sandbox):
    number = double.payment_ids[1]
    as_shown = seen(number)
    sandbox.put(f"/ip/payments/{number}/processing-status", {"processingStatus": 3})
    with pytest.raises(Conflict):
        delete(controller, double, number, seen=as_shown)


@only_whole("test_two_controllers_at_once_leave_one")
@pytest.mark.parametrize("is_other_there", [True, False])
def test_approved_later_the_last_one_stays(double, controller, admin, store, sandbox, is_other_there):
    store.approval_limits = {"XTS": "1"}
    store.save()
    controller.store.refresh_from_db()
    kept, extra = double.payment_ids
    change = delete(controller, double, extra)
    assert change.state == State.WAITING
    assert to_repair(controller).get() == double
    if not is_other_there:
        sandbox.delete(f"/ip/payments/{kept}")
    approve(admin, change.pk)
    held = sandbox.get("/ip/payments", searchBy="externalId", q=str(double.external_id))
    assert [each["id"] for each in held] == [kept if is_other_there else extra]


@only_whole("test_it_works")
def test_a_look_at_it_as_it_is_now(double, controller, sandbox):
    sandbox.fault("500", method="GET", count=9)
    with pytest.raises(StoreUnreadable):
        recheck(controller, double.pk)
    sandbox.control("DELETE", "faults")
    RequestBudget.objects.all().delete()
    assert recheck(controller, double.pk).is_open
    sandbox.delete(f"/ip/payments/{double.payment_ids[1]}")
    assert not recheck(controller, double.pk).is_open


@only_whole("test_it_works")
def test_leaving_it_as_it_is_until_it_changes(double, recorded, controller, store, sandbox):
    left = leave(controller, double.pk, " two cheques after all ")
    settled = (left.resolution, left.note, left.resolved_by)
    assert settled == (Resolution.LEFT, "two cheques after all", controller)
    with pytest.raises(Invalid, match="Somebody else"):
        leave(controller, double.pk, "no, one")
    reconcile_store(store)
    assert not to_repair(controller)
    third = again_at_the_store(sandbox, recorded)
    reconcile_store(store)
    again = to_repair(controller).get()
    assert (again.pk, again.payment_ids) == (double.pk, [*double.payment_ids, third])


@only_whole("test_it_works")
def test_what_is_refused_leaves_it_open(double, clerk, controller, payment):
    done_by_a_clerk = (
        lambda: recheck(clerk, double.pk),
        lambda: leave(clerk, double.pk, "why"),
        lambda: delete(clerk, double, double.payment_ids[1]),
    )
    for done in done_by_a_clerk:
        with pytest.raises(NotAllowed):
            done()
    with pytest.raises(Invalid, match="Give a reason"):
        leave(controller, double.pk, " ")
    with pytest.raises(Invalid, match="no longer so"):  # A payment that is not in question.
        delete(controller, double, payment.api_id)
    assert to_repair(controller).get() == double
    controller.all_companies = False
    assert not to_repair(controller)
    with pytest.raises(Discrepancy.DoesNotExist):
        leave(controller, double.pk, "why")
