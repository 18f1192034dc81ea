"""The rounds of the workers: which stores each asks work for, once, and what that work calls."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from arportal.receivables import tasks
from arportal.receivables.imports import jobs
from arportal.receivables.models import Change, Import, Ledger
from arportal.receivables.webhooks import starting
from arportal.stores.activity import Kind, record
from arportal.stores.models import Membership, Store
from tests.receivables.asking import ask

NAME = "arportal.receivables.tasks."


def asked() -> list[tuple[str, dict]]:
    """Jobs by their task and what they are about, without the rounds themselves."""
    rows = ProcrastinateJob.objects.filter(status="todo").order_by("id")
    return [(job.task_name.removeprefix(NAME), job.args) for job in rows]


def locks() -> set[tuple[str, str]]:
    return set(ProcrastinateJob.objects.values_list("lock", "queueing_lock"))


def unbuilt(store: Store) -> None:
    Ledger.objects.create(store=store, began_at=timezone.now(), overdue_as_of=dt.date(2020, 1, 1))


@pytest.fixture
def calls(monkeypatch):
    """Replaces a function of the tasks' module by one that notes its arguments, and answers this."""

    def calls(name: str, answer: object = None) -> list[tuple]:
        noted: list[tuple] = []

        def note(*arguments: object) -> object:
            noted.append(arguments)
            return answer

        owner, _dot, function = name.rpartition(".")
        monkeypatch.setattr(getattr(tasks, owner) if owner else tasks, function, note)
        return noted

    return calls


@pytest.mark.parametrize(
    ("round_name", "task"),
    [
        ("recount_every_ledger", "recount_store_ledger"),
        ("compute_every_stores_figures", "compute_store_figures"),
    ],
)
def test_only_stores_whose_ledger_is_built_have_work(round_name, task, store, other_store):
    unbuilt(other_store)
    for _round in range(2):
        getattr(tasks, round_name)(timestamp=0)
    assert asked() == [(task, {"store_id": store.pk})]
    lock = f"{NAME}{task}-{store.pk}"
    assert locks() == {(lock, lock)}


def test_ledgers_are_built_where_they_are_to_be(store, other_store, calls):
    seen = calls("is_to_build", True)
    tasks.build_every_ledger(timestamp=0)
    about = [{"store_id": each.pk} for each in seen_stores(seen)]
    assert sorted(asked(), key=str) == sorted([("build_store_ledger", args) for args in about], key=str)
    assert set(seen_stores(seen)) == {store, other_store}
    ProcrastinateJob.objects.all().delete()
    calls("is_to_build", False)
    tasks.build_every_ledger(timestamp=0)
    assert asked() == []
    built = calls("build_ledger")
    tasks.build_store_ledger(store_id=store.pk)
    assert (built, asked()) == ([(store,)], [("compute_store_figures", {"store_id": store.pk})])


def seen_stores(calls: list[tuple]) -> list[Store]:
    return [store for store, *_more in calls]


def test_what_is_overdue_is_counted_anew_when_a_day_begins(store, other_store, calls, today):
    brought = calls("bring_to_today")
    unbuilt(other_store)
    for overdue_as_of, expected in ((today, []), (today - dt.timedelta(days=1), [(store,)])):
        Ledger.objects.filter(store=store).update(overdue_as_of=overdue_as_of)
        tasks.bring_every_ledger_to_today(timestamp=0)
        assert brought == expected


def test_promises_are_judged_where_there_is_a_ledger(store, other_store, calls):
    judged = calls("judge_promises")
    unbuilt(other_store)
    tasks.judge_every_promise(timestamp=0)
    assert seen_stores(judged) == [store]


def test_a_recount_that_differs_is_logged(store, other_store, calls, caplog):
    for differences, logged in (
        (0, []),
        (3, ["the ledger of demo differed in 3 figures; they were posted now"]),
    ):
        recounted = calls("recount", differences)
        tasks.recount_store_ledger(store_id=store.pk)
        assert recounted == [(store,)]
        assert [each.message for each in caplog.records if "ledger" in each.message] == logged


def test_month_ends_are_kept_where_they_are_to_be(store, other_store, calls, today):
    calls("month_end_to_keep", None)
    kept = calls("keep_month_end")
    tasks.keep_every_month_end(timestamp=0)
    tasks.keep_store_month_end(store_id=store.pk)
    assert (asked(), kept) == ([], [])
    day = dt.date(2026, 10, 31)
    calls("month_end_to_keep", day)
    tasks.keep_every_month_end(timestamp=0)
    assert {args["store_id"] for _task, args in asked()} == {store.pk, other_store.pk}
    tasks.keep_store_month_end(store_id=store.pk)
    assert kept == [(store, day, today)]


def test_figures_are_of_the_store(store, other_store, calls):
    computed = calls("nightly.compute")
    tasks.compute_store_figures(store_id=store.pk)
    assert computed == [(store,)]


def test_every_connected_store_is_reconciled_once(store, other_store, calls, clerk):
    Store.objects.filter(pk=other_store.pk).update(disconnected_at=timezone.now())
    for _round in range(2):
        tasks.reconcile_every_store(timestamp=0)
    assert asked() == [("sweep_store", {"store_id": store.pk, "asked_for_by": None})]
    assert locks() == {(f"sweep-{store.pk}", f"sweep-{store.pk}")}
    # A person is told that one is waiting; the caller's transaction goes on.
    with pytest.raises(AlreadyEnqueued):
        tasks.ask_for_reconciliation(store.pk, clerk.pk)
    ProcrastinateJob.objects.all().delete()
    tasks.ask_for_reconciliation(store.pk, clerk.pk)
    assert asked() == [("sweep_store", {"store_id": store.pk, "asked_for_by": clerk.pk})]
    reconciled = calls("reconcile.reconcile_store")
    for person in (None, clerk.pk, 999_999):
        tasks.reconcile_store(store_id=store.pk, asked_for_by=person)
    assert reconciled == [(store, None), (store, clerk), (store, None)]


def test_imports_go_on_whatever_became_of_their_jobs(clerk, calls):
    forgotten, before = calls("forget_abandoned"), timezone.now()
    by_state = {
        state: Import.objects.create(
            id=uuid.uuid4(), store=clerk.store, actor=clerk, of="payments", state=state
        )
        for state in Import.State
    }
    for _round in range(2):
        tasks.carry_on_imports(timestamp=0)
    assert {(task, args["import_id"]) for task, args in asked()} == {
        (jobs.CHECK.removeprefix(NAME), str(by_state[Import.State.CHECKING].pk)),
        (jobs.WORK.removeprefix(NAME), str(by_state[Import.State.RUNNING].pk)),
    }
    assert len(asked()) == 2
    [(now,), _again] = forgotten
    assert before <= now <= timezone.now()


def test_an_import_is_worked_on_in_its_state_alone(clerk, calls):
    checked, asked_for = calls("check_lines"), calls("ask_in_chunks", [])
    rows = {}
    for state in Import.State:
        rows[state] = Import.objects.create(
            id=uuid.uuid4(), store=clerk.store, actor=clerk, of="payments", state=state
        )
        tasks.check_import(import_id=str(rows[state].pk))
        tasks.work_on_import(import_id=str(rows[state].pk))
    assert (checked, asked_for) == ([(rows[Import.State.CHECKING],)], [(rows[Import.State.RUNNING],)])


def test_webhooks_that_are_due_are_sent(calls):
    subscription = uuid.uuid4()
    due, started = calls("delivery.due", [subscription]), calls("starting.start")
    tasks.send_every_webhook(timestamp=0)
    assert (len(due), started) == (1, [(subscription,)])
    sent, forgotten = calls("delivery.send_due"), calls("delivery.forget_old")
    tasks.send_webhooks(subscription_id=str(subscription))
    tasks.forget_webhooks(timestamp=0)
    assert (sent, len(forgotten), starting.TASK) == ([(subscription,)], 1, tasks.send_webhooks.name)


def test_only_the_stores_own_changes_are_confirmed_and_none_that_waits_its_turn(clerk, other_store, calls):
    resumed = calls("changes.resume")
    elsewhere = Membership.objects.create(
        user=clerk.user, store=other_store, role="clerk", all_companies=True
    )
    own = ask(clerk, uuid.uuid4(), Change.Verb.RECORD_PAYMENT, company_id=1)
    ask(elsewhere, uuid.uuid4(), Change.Verb.RECORD_PAYMENT, company_id=1)
    batch = ask(clerk, uuid.uuid4(), Change.Verb.RECORD_PAYMENT, uuid.uuid4(), company_id=1)
    deferred = ask(clerk, uuid.uuid4(), Change.Verb.RECORD_PAYMENT, company_id=1)
    Change.objects.filter(pk=deferred.pk).update(is_deferred=True)
    tasks.confirm_changes(store_id=clerk.store_id)
    assert [change for change, _now in resumed] == [own]
    resumed.clear()
    tasks.send_batch(batch=str(batch.batch))
    assert [change for change, _now in resumed] == [batch]


def test_one_that_cannot_be_worked_on_holds_up_no_other(clerk, monkeypatch, caplog):
    changes = [ask(clerk, uuid.uuid4(), Change.Verb.RECORD_PAYMENT, company_id=1) for _each in range(2)]
    resumed = []

    def resume(change: Change, _now: dt.datetime) -> None:
        resumed.append(change)
        raise ValueError("a fault of ours")

    monkeypatch.setattr(tasks.changes, "resume", resume)
    tasks.confirm_changes(store_id=clerk.store_id)
    assert set(resumed) == set(changes)
    logged = {record.message for record in caplog.records if "worked on" in record.message}
    assert logged == {f"change {change.pk} could not be worked on" for change in changes}


def test_the_line_of_a_store_is_sent_as_long_as_there_is_room(clerk, other_store, calls, monkeypatch):
    elsewhere = Membership.objects.create(
        user=clerk.user, store=other_store, role="clerk", all_companies=True
    )
    asked_for = [
        ask(actor, uuid.uuid4(), Change.Verb.RECORD_PAYMENT, company_id=1)
        for actor in (elsewhere, clerk, clerk, clerk)
    ]
    Change.objects.all().update(is_deferred=True)
    resumed, started = calls("changes.resume"), calls("line.start")
    calls("line.seconds_until_next", 7.0)
    room = iter([True, False, True])
    monkeypatch.setattr(tasks.line, "has_room", lambda _store: next(room))
    tasks.send_line(store_id=clerk.store_id)
    assert [change for change, _now in resumed] == asked_for[1:2]
    # What is left comes back when there is room again.
    assert started == [(clerk.store_id, 7.0)]
    Change.objects.filter(store=clerk.store).update(state=Change.State.APPLIED)
    tasks.send_line(store_id=clerk.store_id)
    assert started == [(clerk.store_id, 7.0)]
    tasks.confirm_every_store(timestamp=0)
    assert started[1:] == [(other_store.pk,)]


def test_bank_lines_that_are_ready_are_applied(calls):
    applied = calls("apply_ready")
    tasks.apply_ready_lines(bank_file_id=7)
    assert applied == [(7,)]


def test_only_stores_with_unsealed_activity_are_sealed(store, other_store, calls, clerk):
    record(other_store, Kind.STORE, "Something before")
    tasks.seal(other_store)
    sealed = calls("seal")
    record(clerk, Kind.STORE, "Something")
    tasks.seal_every_activity(timestamp=0)
    assert sealed == [(store,)]
