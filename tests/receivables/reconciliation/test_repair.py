"""Repairing what the reconciliation has found: by a controller, one payment at a time, never the last."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from arportal.mirror.api.refresh import refresh_payment
from arportal.mirror.models import Invoice, Payment, RequestBudget
from arportal.receivables.changes import deferring
from arportal.receivables.changes.approvals import approve
from arportal.receivables.changes.errors import Conflict, Invalid, StoreUnreadable
from arportal.receivables.models import Change, Discrepancy
from arportal.receivables.payments.payment_contents import shown
from arportal.receivables.reconciliation import repairing
from arportal.receivables.reconciliation.reconcile import reconcile
from arportal.receivables.reconciliation.repairing import delete_payment, leave, recheck, to_repair
from arportal.stores.access import NotAllowed, Permission
from arportal.stores.models import Activity, Store
from tests.receivables.doubling import again_at_the_store, recorded_at_the_store
from tests.whole import only_whole, whole_or

Kind, State, Resolution = Discrepancy.Kind, Change.State, Discrepancy.Resolution


@pytest.fixture
def recorded(clerk, open_invoices) -> Change:
    return recorded_at_the_store(clerk, open_invoices[0], Decimal(3))


@pytest.fixture
def once_more(recorded, sandbox, store):
    """The store has it once more, the mirror has read that, and what is wrong with it is written down."""

    def once_more() -> int:
        number = again_at_the_store(sandbox, recorded)
        refresh_payment(store, number)
        reconcile(store, recorded.pk, [])
        return number

    return once_more


@pytest.fixture
def double(once_more) -> Discrepancy:
    once_more()
    return Discrepancy.objects.get(kind=Kind.DOUBLE)


def seen(payment_id: int):
    return shown(Payment.objects.get(api_id=payment_id))


def delete(actor, found, payment_id, change_id=None, **more) -> Change:
    given = {"seen": seen(payment_id), "reason": "there twice", **more}
    return delete_payment(actor, change_id or uuid.uuid4(), found.pk, payment_id, **given)


def another(found: Discrepancy, **more) -> Discrepancy:
    """One of another Change, resolved by itself unless `more` says otherwise."""
    given = {"kind": Kind.UNKNOWN, "resolved_at": timezone.now(), "resolution": Resolution.GONE} | more
    about = {"store": found.store, "external_id": uuid.uuid4(), "company_id": found.company_id}
    return Discrepancy.objects.create(**about, **given)


def change_of(payment_id: int, actor, **more) -> Change:
    """Something done to the payment: its deletion, unless `more` says otherwise."""
    given = {"store": actor.store, "verb": Change.Verb.DELETE_PAYMENT, "state": State.APPLIED} | more
    about = {"actor": actor, "company_id": 1, "target_id": payment_id, "mirrored_at": timezone.now()}
    return Change.objects.create(id=uuid.uuid4(), **about, **given)


@pytest.fixture
def elsewhere(db) -> Store:
    return Store.objects.create(slug="other", name="Other", store_hash="other")


def open_at_store(sandbox, invoice) -> Decimal:
    return Decimal(sandbox.get(f"/ip/invoices/{invoice.api_id}")["openBalance"]["value"])


@pytest.mark.parametrize("which", [0, 1])
def test_it_works(double, recorded, controller, sandbox, store, open_invoices, which):
    """Whichever of two is deleted, the other is the one that was asked for, and stays."""
    before, number, kept = (
        open_invoices[0].open_balance,
        double.payment_ids[which],
        double.payment_ids[1 - which],
    )
    assert open_at_store(sandbox, open_invoices[0]) == before - 6
    click, as_shown, other = uuid.uuid4(), seen(number), another(double)
    change = delete(controller, double, number, click, seen=as_shown)
    assert delete(controller, double, number, click, seen=as_shown) == change  # A double click deletes one.
    assert [each["method"] for each in sandbox.writes()].count("DELETE") == 1
    assert (change.verb, change.state) == (Change.Verb.DELETE_PAYMENT, State.APPLIED)
    assert open_at_store(sandbox, open_invoices[0]) == before - 3
    assert Invoice.objects.get(pk=open_invoices[0].pk).open_balance == before - 3
    double.refresh_from_db()
    settled = (double.resolution, double.resolved_by, double.note)
    assert settled == (Resolution.REPAIRED, controller, "there twice")
    other.refresh_from_db()
    assert (other.resolution, other.resolved_by) == (Resolution.GONE, None)
    recorded.refresh_from_db()
    assert recorded.target_id == kept
    with pytest.raises(Invalid, match="no longer so"):
        delete(controller, double, kept)
    assert sandbox.get(f"/ip/payments/{kept}")
    controller.granted = frozenset({Permission.DELETE_PAYMENT})
    with pytest.raises(NotAllowed):  # Nor is a second click of somebody who may only delete a repair.
        delete(controller, double, number, click, seen=as_shown)
    controller.granted = None
    reconcile(store, recorded.pk, [])
    assert not to_repair(controller)


def test_the_last_one_stays_while_the_other_is_being_deleted(double, controller, sandbox):
    first, second = double.payment_ids
    sandbox.fault("drop_before", method="DELETE")
    assert delete(controller, double, second).state == State.UNKNOWN
    with pytest.raises(Invalid, match="One must stay"):
        delete(controller, double, first)


def test_what_is_no_deletion_of_the_other_one_here(double, controller, elsewhere):
    first, second = double.payment_ids
    change_of(first, controller, state=State.REFUSED)
    change_of(first, controller, store=elsewhere)
    change_of(first, controller, verb=Change.Verb.SET_PAYMENT_STATUS)
    moved = change_of(second, controller, verb=Change.Verb.SET_PAYMENT_STATUS)
    assert delete(controller, double, second).state == State.APPLIED
    moved.refresh_from_db()
    assert moved.target_id == second  # It was a move of that one, and stays one.


def test_the_mirror_no_longer_has_the_other_one(double, controller, elsewhere):
    first, second = double.payment_ids
    theirs = Payment.objects.get(api_id=first)
    Payment.objects.filter(pk=theirs.pk).update(gone_at=timezone.now())
    theirs.pk, theirs.store = None, elsewhere
    theirs.save()
    with pytest.raises(Invalid, match="One must stay"):
        delete(controller, double, second)


def test_the_other_one_has_gone_from_the_store_since_it_was_found(double, controller, sandbox):
    first, second = double.payment_ids
    sandbox.delete(f"/ip/payments/{first}")
    with pytest.raises(Invalid, match="no longer so"):
        delete(controller, double, second)
    assert sandbox.get(f"/ip/payments/{second}")


def test_somebody_leaves_it_as_it_is_between_the_look_and_the_lock(double, controller, sandbox, monkeypatch):
    def recheck_and_wait(actor, discrepancy_id):
        found = recheck(actor, discrepancy_id)
        leave(actor, discrepancy_id, "two cheques after all")
        return found

    monkeypatch.setattr(repairing, "recheck", recheck_and_wait)
    sandbox.control("DELETE", "requests")
    with pytest.raises(Invalid, match="no longer so"):
        delete(controller, double, double.payment_ids[1])
    assert sandbox.writes() == []


def test_of_many_all_but_one_are_left_to_be_repaired(double, recorded, once_more, controller):
    """Where the one that was asked for is deleted, that is the oldest of the others from then on."""
    first, second, third, fourth = *double.payment_ids, once_more(), once_more()
    Change.objects.filter(pk=recorded.pk).update(target_id=third)
    for deleted, left, asked_for in (
        (second, [first, third, fourth], third),
        (third, [first, fourth], first),
    ):
        delete(controller, double, deleted)
        recorded.refresh_from_db()
        assert recorded.target_id == asked_for
        double.refresh_from_db()
        assert (double.is_open, double.resolution, double.payment_ids) == (True, "", left)


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


def test_what_nobody_asked_for_may_go_altogether(recorded, store, controller, sandbox):
    number = recorded.target_id
    Change.objects.filter(pk=recorded.pk).update(state=State.REFUSED, target_id=None)
    reconcile(store, recorded.pk, [])
    found = to_repair(controller).get()
    assert found.kind == Kind.UNWANTED
    delete(controller, found, number)
    found.refresh_from_db()
    assert (found.resolution, found.resolved_by) == (Resolution.REPAIRED, controller)


def test_one_that_differs_is_not_deleted_here(recorded, store, controller, sandbox):
    Change.objects.filter(pk=recorded.pk).update(payload=recorded.payload | {"lines": []})
    reconcile(store, recorded.pk, [])
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


@pytest.mark.parametrize("is_other_there", whole_or([True, False], [False]))
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


def test_a_look_at_it_as_it_is_now(double, controller, sandbox):
    sandbox.fault("500", method="GET", count=9)
    with pytest.raises(StoreUnreadable):
        recheck(controller, double.pk)
    sandbox.control("DELETE", "faults")
    RequestBudget.objects.all().delete()
    assert recheck(controller, double.pk).is_open
    sandbox.delete(f"/ip/payments/{double.payment_ids[1]}")
    assert not recheck(controller, double.pk).is_open


def test_where_a_look_could_change_nothing_none_is_taken(double, controller, sandbox):
    sandbox.control("DELETE", "requests")
    stuck = another(double, kind=Kind.STUCK, resolved_at=None, resolution="")
    for found in (another(double), stuck):
        assert recheck(controller, found.pk) == found
    with deferring.asking(is_deferred=True):
        assert recheck(controller, double.pk) == double
    assert sandbox.control("GET", "requests") == []


def test_leaving_it_as_it_is_until_it_changes(double, recorded, once_more, controller, store):
    other = another(double, resolved_at=None, resolution="")
    left = leave(controller, double.pk, " two cheques after all ")
    settled = (left.resolution, left.note, left.resolved_by)
    assert settled == (Resolution.LEFT, "two cheques after all", controller)
    told = Activity.objects.get(kind=Activity.Kind.REPAIR)
    assert told.words == "Left as it is: Recorded more than once: two cheques after all"
    assert (told.company_id, told.details) == (
        double.company_id,
        {"payments": double.payment_ids, "change": str(recorded.pk)},
    )
    with pytest.raises(Invalid, match="Somebody else"):
        leave(controller, double.pk, "no, one")
    reconcile(store, recorded.pk, [])
    assert to_repair(controller).get() == other
    third = once_more()
    again = to_repair(controller).get(kind=Kind.DOUBLE)
    assert (again.pk, again.payment_ids) == (double.pk, [*double.payment_ids, third])
    # As if it had never been resolved: what comes next is not told under the name of who left it.
    assert (again.resolution, again.resolved_by, again.note) == ("", None, "")


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
