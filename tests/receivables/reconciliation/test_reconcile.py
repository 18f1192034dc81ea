"""The reconciliation: what at the store no Change accounts for."""

import datetime as dt
import uuid
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import timezone

from arportal.mirror.api.refresh import refresh_payment
from arportal.mirror.models import Payment, PaymentLine
from arportal.receivables import tasks
from arportal.receivables.models import Change, Discrepancy, Reconciliation, WebhookKind
from arportal.receivables.reconciliation import reconcile as module
from arportal.receivables.reconciliation.reconcile import STUCK_AFTER, reconcile, reconcile_store
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
    another = elsewhere(store, recorded.actor, verb=Change.Verb.WRITE_OFF)
    sandbox.delete(f"/ip/payments/{recorded.target_id}")
    assert found(store) == []
    recorded.refresh_from_db()
    assert recorded.target_id == second
    another.refresh_from_db()
    assert another.target_id == 7


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


def test_a_fault_of_ours_is_told_and_not_hidden(store, monkeypatch):
    def fail(*_store, **_how) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(module, "sync", fail)
    with pytest.raises(ZeroDivisionError):
        reconcile_store(store)
    this = Reconciliation.objects.get()
    assert "a fault of ours" in this.problem
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


@pytest.fixture
def is_fresh(monkeypatch) -> list:
    """The mirror is read already; in what way it was to be read."""
    asked = []

    def sync(store, **how) -> SimpleNamespace:
        asked.append((store, how))
        return SimpleNamespace(problem="")

    monkeypatch.setattr(module, "sync", sync)
    return asked


def elsewhere(other_store, actor, **more) -> Change:
    """A recording of another store, confirmed long ago unless `more` says otherwise."""
    given = {"id": uuid.uuid4(), "verb": Change.Verb.RECORD_PAYMENT, "state": State.APPLIED, "target_id": 7}
    given |= {"payload": {"currency": "EUR", "lines": []}, "attempts": 1} | more
    return Change.objects.create(store=other_store, actor=actor, company_id=1, **given)


def read_again(sandbox) -> list:
    """The requests by which single payments were looked for."""
    return [each for each in sandbox.control("GET", "requests") if "externalId" in str(each)]


def test_what_is_another_stores_or_gone_is_not_looked_for_here(
    recorded, store, once_more, clerk, other_store, sandbox, is_fresh
):
    number = once_more(recorded, externalId=str(uuid.uuid4()))
    refresh_payment(store, number)
    ours, gone = (
        Payment.objects.get(store=store, api_id=recorded.target_id),
        Payment.objects.get(api_id=number),
    )
    # Gone from the store: once with the id of our Change, in another store with one that nobody knows.
    rows = Payment.objects.filter(pk=gone.pk)
    sandbox.delete(f"/ip/payments/{number}")
    unknown = uuid.uuid4()
    for external_id, memo in ((recorded.pk, ""), (unknown, f"[{unknown.hex[:8]}]")):
        rows.update(external_id=str(external_id), memo=memo, gone_at=timezone.now())
        sandbox.control("DELETE", "requests")
        assert reconcile_store(store).compared == 1
        assert read_again(sandbox) == []
    rows.update(external_id=str(unknown), memo=f"[{unknown.hex[:8]}]", gone_at=None, store=other_store)
    ours.pk, ours.store, ours.api_id = None, other_store, 4_711
    ours.save()
    # Of a payment of theirs that happens to have the number of ours.
    PaymentLine.objects.create(
        store=other_store, payment_id=recorded.target_id, position=0, invoice_id=1, amount=1, currency="EUR"
    )
    elsewhere(other_store, clerk)
    sandbox.control("DELETE", "requests")
    assert reconcile_store(store).compared == 1
    assert (read_again(sandbox), Discrepancy.objects.count()) == ([], 0)


def test_each_is_compared_once_however_many_there_are(recorded, store, clerk, monkeypatch, is_fresh):
    monkeypatch.setattr(module, "CHUNK", 2)
    row = Payment.objects.get(api_id=recorded.target_id)
    for number in (1, 2, 3, 4):
        change = elsewhere(store, clerk, state=State.SENT, target_id=None)
        row.pk, row.api_id, row.external_id = None, 4_711 + number, str(change.pk)
        row.save()
    assert reconcile_store(store).compared == 5


def test_the_id_of_another_change_is_unknown_here(recorded, store, once_more, clerk, other_store, is_fresh):
    theirs = elsewhere(other_store, clerk)
    write_off = elsewhere(store, clerk, verb=Change.Verb.WRITE_OFF)
    numbers = []
    for change in (theirs, write_off):
        memo = {"memo": f"[{change.pk.hex[:8]}]"}
        numbers.append(once_more(recorded, externalId=str(change.pk), details=memo))
    refresh_payment(store, numbers[0])
    assert found(store) == [(Kind.UNKNOWN, numbers[:1])]
    reconcile(store, write_off.pk, numbers[1:])
    assert Discrepancy.objects.get(external_id=write_off.pk).kind == Kind.UNKNOWN
    for change in (theirs, write_off):
        change.refresh_from_db()
        assert change.target_id == 7


def test_one_is_settled_and_no_other(recorded, store, other_store):
    def wrong(**more) -> Discrepancy:
        given = {"store": store, "kind": Kind.UNWANTED, "external_id": recorded.pk, "company_id": 1} | more
        return Discrepancy.objects.create(**given)

    settled = wrong()
    others = [wrong(store=other_store), wrong(external_id=uuid.uuid4()), wrong(kind=Kind.STUCK)]
    reconcile(store, recorded.pk, [])
    assert list(Discrepancy.objects.open().order_by("pk")) == others
    settled.refresh_from_db()
    assert settled.resolution == Discrepancy.Resolution.GONE


def test_who_listens_is_told_once_and_again_when_it_has_changed(recorded, store, once_more, monkeypatch):
    told = []
    monkeypatch.setattr(module, "tell", lambda _store, kind, things: told.append((kind, things())))
    second = once_more(recorded)
    for _again in "12":
        reconcile(store, recorded.pk, [])
        assert [kind for kind, _things in told] == [WebhookKind.DISCREPANCY]
    row, other = Discrepancy.objects.get(), uuid.uuid4()
    Discrepancy.objects.create(
        store=store, kind=Kind.STUCK, external_id=other, company_id=1, resolved_at=row.found_at
    )
    third = once_more(recorded)
    reconcile(store, recorded.pk, [])
    assert len(told) == 2
    assert Discrepancy.objects.get(pk=row.pk).payment_ids == [recorded.target_id, second, third]
    assert str(third) in str(told[1][1])
    assert Discrepancy.objects.get(external_id=other).payment_ids == []


def test_only_what_was_sent_by_this_store_is_unclear(
    store, clerk, other_store, recorded, sandbox, monkeypatch, is_fresh
):
    told = []
    monkeypatch.setattr(module, "tell", lambda _store, kind, things: told.append((kind, things())))
    long_ago = timezone.now() - 2 * STUCK_AFTER
    unclear = {"state": State.UNKNOWN, "target_id": None}
    stuck = elsewhere(store, clerk, **unclear)
    elsewhere(other_store, clerk, **unclear)
    elsewhere(store, clerk, state=State.ASKED, attempts=0, target_id=None)
    Change.objects.exclude(pk=recorded.pk).update(asked_at=long_ago)
    theirs = Discrepancy.objects.create(
        store=other_store, kind=Kind.STUCK, external_id=uuid.uuid4(), company_id=1
    )
    Discrepancy.objects.create(store=other_store, kind=Kind.UNWANTED, external_id=uuid.uuid4(), company_id=1)
    sandbox.control("DELETE", "requests")
    # It stays so, and is told once.
    for _again in "12":
        reconcile_store(store)
        found_here = Discrepancy.objects.open().filter(store=store)
        assert [(each.kind, each.external_id, each.change) for each in found_here] == [
            (Kind.STUCK, stuck.pk, stuck)
        ]
    # No request is spent on what is unclear, nor on what is wrong in another store.
    assert (len(told), read_again(sandbox)) == (1, [])
    Change.objects.filter(pk=stuck.pk).update(state=State.REFUSED)
    reconcile_store(store)
    row = Discrepancy.objects.get(external_id=stuck.pk)
    assert row.resolution == Discrepancy.Resolution.GONE
    theirs.refresh_from_db()
    assert theirs.is_open


def test_who_asked_is_kept_and_so_are_other_stores_and_the_last_month(
    recorded, store, clerk, other_store, is_fresh
):
    old = [Reconciliation.objects.create(store=each) for each in (store, store, other_store)]
    for row, days in zip(old, (31, 29, 31), strict=True):
        Reconciliation.objects.filter(pk=row.pk).update(started_at=timezone.now() - dt.timedelta(days=days))
    this = reconcile_store(store, clerk)
    assert (this.asked_by, this.problem) == (clerk, "")
    assert is_fresh == [(store, {"sparing": True})]
    assert set(Reconciliation.objects.values_list("pk", flat=True)) == {old[1].pk, old[2].pk, this.pk}
    assert Reconciliation.objects.get(pk=this.pk).compared == 1
