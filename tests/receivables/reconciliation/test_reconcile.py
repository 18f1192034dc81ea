"""The reconciliation: what at the store no Change accounts for."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.mirror.models import Payment
from arportal.receivables import tasks
from arportal.receivables.models import Change, Discrepancy, Reconciliation
from arportal.receivables.reconciliation.reconcile import STUCK_AFTER, reconcile_store
from tests.receivables.doubling import again_at_the_store, body_of, recorded_at_the_store

Kind, State = Discrepancy.Kind, Change.State


@pytest.fixture
def record(clerk, open_invoices):
    """Records 3 to the first open invoice."""
    return lambda: recorded_at_the_store(clerk, open_invoices[0], Decimal(3))


@pytest.fixture
def recorded(record) -> Change:
    change = record()
    assert change.state == State.APPLIED
    return change


@pytest.fixture
def once_more(sandbox):
    return lambda change, **other: again_at_the_store(sandbox, change, **other)


def found(store) -> list[tuple[str, list[int]]]:
    assert reconcile_store(store).problem == ""
    return [(each.kind, each.payment_ids) for each in Discrepancy.objects.open().order_by("kind")]


def test_it_works(recorded, store, sandbox):
    old = Reconciliation.objects.create(store=store)
    Reconciliation.objects.update(started_at=timezone.now() - dt.timedelta(days=31))
    this = reconcile_store(store)
    assert list(Reconciliation.objects.all()) == [this] != [old]  # Old ones are forgotten.
    assert (this.problem, this.compared, this.asked_by) == ("", 1, None)
    assert not Discrepancy.objects.exists()
    Change.objects.update(state=State.REFUSED, target_id=None)  # As if we believed it was refused.
    assert found(store) == [(Kind.UNWANTED, [recorded.target_id])]
    Change.objects.update(state=State.APPLIED, target_id=recorded.target_id)
    sandbox.delete(f"/ip/payments/{recorded.target_id}")
    assert found(store) == [(Kind.MISSING, [])]


def test_a_double(recorded, store, once_more, sandbox):
    second = once_more(recorded)
    before = sandbox.get("/ip/payments", limit=250)
    sandbox.control("DELETE", "requests")
    double = [(Kind.DOUBLE, [recorded.target_id, second])]
    assert found(store) == double
    row = Discrepancy.objects.get()
    assert (row.change, row.company_id) == (recorded, recorded.company_id)
    assert [each["total"] for each in row.details["held"]] == ["3", "3"]
    # Nothing is deleted by itself.
    assert sandbox.get("/ip/payments", limit=250) == before
    assert sandbox.writes() == []


def test_a_double_that_goes_and_comes_again(recorded, store, once_more, sandbox):
    second = once_more(recorded)
    assert found(store) == [(Kind.DOUBLE, [recorded.target_id, second])]
    row = Discrepancy.objects.get()
    assert found(store) == [(Kind.DOUBLE, [recorded.target_id, second])]  # Again, and the same.
    assert Discrepancy.objects.get() == row
    third = once_more(recorded)
    assert found(store) == [(Kind.DOUBLE, [recorded.target_id, second, third])]
    for number in (second, third):
        sandbox.delete(f"/ip/payments/{number}")
    assert found(store) == []
    row = Discrepancy.objects.get()
    assert (row.resolution, row.resolved_by) == (Discrepancy.Resolution.GONE, None)
    fourth = once_more(recorded)
    assert found(store) == [(Kind.DOUBLE, [recorded.target_id, fourth])]


def test_the_change_follows_the_payment_that_is_left(recorded, store, once_more, sandbox):
    second = once_more(recorded)
    sandbox.delete(f"/ip/payments/{recorded.target_id}")
    assert found(store) == []
    recorded.refresh_from_db()
    assert recorded.target_id == second


def test_there_again_though_it_was_deleted_here(recorded, store, once_more, clerk, sandbox):
    number = once_more(recorded)
    sandbox.delete(f"/ip/payments/{recorded.target_id}")
    Change.objects.create(
        **{"id": uuid.uuid4(), "store": store, "actor": clerk, "verb": Change.Verb.DELETE_PAYMENT},
        **{"company_id": recorded.company_id, "target_id": recorded.target_id, "state": State.APPLIED},
    )
    assert found(store) == [(Kind.UNWANTED, [number])]


def test_a_stranger_with_our_mark(recorded, store, once_more):
    unknown = uuid.uuid4()
    number = once_more(recorded, externalId=str(unknown), details={"memo": f"restored [{unknown.hex[:8]}]"})
    assert found(store) == [(Kind.UNKNOWN, [number])]
    assert Discrepancy.objects.get().change is None


def test_another_systems_ids_are_not_ours(recorded, store, once_more):
    for memo in ("", "[12345678]", "from the ERP"):
        once_more(recorded, externalId=str(uuid.uuid4()), details={"memo": memo})
        once_more(recorded, externalId="ERP-7", details={"memo": memo})
    assert found(store) == []


def test_not_as_it_was_asked_for(recorded, store, sandbox, open_invoices):
    """First another amount, then another invoice, then all is well."""
    first, second = (invoice.api_id for invoice in open_invoices[:2])
    path, body = f"/ip/payments/offline/{recorded.target_id}", body_of(sandbox, recorded)
    met = []
    for invoice_id, amount in ((first, "4.00"), (second, "3.00"), (first, "3.00")):
        sandbox.put(path, body | {"lineItems": [{"invoiceId": invoice_id, "amount": amount}]})
        met.append(found(store))
    assert met == [[(Kind.DIFFERS, [recorded.target_id])]] * 2 + [[]]


def test_an_edit_of_ours_is_as_it_should_be(recorded, store, sandbox, clerk, open_invoices):
    lines = [{"invoiceId": open_invoices[0].api_id, "amount": "4.00"}]
    sandbox.put(
        f"/ip/payments/offline/{recorded.target_id}", body_of(sandbox, recorded) | {"lineItems": lines}
    )
    after = {"lines": [{"invoice_id": open_invoices[0].api_id, "amount": "4"}]}
    Change.objects.create(
        **{
            "id": uuid.uuid4(),
            "store": store,
            "actor": clerk,
            "verb": Change.Verb.EDIT_PAYMENT,
            "after": after,
        },
        **{"company_id": recorded.company_id, "target_id": recorded.target_id, "state": State.APPLIED},
    )
    assert found(store) == []


def test_what_is_being_confirmed_is_nobodys_business(record, store, sandbox):
    sandbox.fault("drop_after", method="POST")
    assert record().state == State.UNKNOWN
    assert found(store) == []


def test_a_search_that_lags_hides_nothing_the_mirror_knows(recorded, store, once_more, sandbox):
    second = once_more(recorded)
    reconcile_store(store)
    Discrepancy.objects.all().delete()
    sandbox.fault("stale_index", path="/ip/payments$", seconds=60, count=9)
    assert found(store) == [(Kind.DOUBLE, [recorded.target_id, second])]


def test_unclear_for_long(record, store, sandbox):
    sandbox.fault("drop_before", method="POST")
    change = record()
    assert found(store) == []
    Change.objects.update(asked_at=timezone.now() - 2 * STUCK_AFTER)
    assert found(store) == [(Kind.STUCK, [])]
    Change.objects.filter(pk=change.pk).update(state=State.REFUSED)
    assert found(store) == []


def test_the_api_is_down(recorded, store, once_more, sandbox):
    once_more(recorded)
    sandbox.fault("500", count=99)
    this = reconcile_store(store)
    assert "could not be reached" in this.problem
    assert this.finished_at is not None


def test_one_payment_that_cannot_be_read_does_not_hide_the_others(
    record, store, once_more, sandbox, monkeypatch
):
    first, second = record(), record()
    once_more(first), once_more(second)
    assert len(found(store)) == 2
    Discrepancy.objects.all().delete()
    sandbox.fault("html", path="/ip/payments$", skip=1)
    this = reconcile_store(store)
    assert "an answer we cannot use" in this.problem
    assert Discrepancy.objects.count() == 1


def test_the_worker_reconciles_every_store(store, recorded, once_more):
    once_more(recorded)
    tasks.reconcile_store(store_id=store.pk)
    assert Discrepancy.objects.open().count() == 1
    tasks.reconcile_every_store(timestamp=0)
    assert Payment.objects.filter(external_id=str(recorded.pk)).count() == 2
