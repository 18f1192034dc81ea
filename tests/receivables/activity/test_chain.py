"""Sealed activity: nothing in it can be changed, and what is changed all the same is found and named."""

import datetime as dt
import re
import uuid
from decimal import Decimal
from threading import Barrier, Event, Thread
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from arportal.receivables.activity import verifying
from arportal.receivables.activity.sealing import seal
from arportal.receivables.activity.seals import seal_of
from arportal.receivables.activity.verifying import verify
from arportal.receivables.changes import changes, state_machine
from arportal.receivables.models import Change
from arportal.stores.activity import Kind, record
from arportal.stores.models import Activity, ActivityChain, Membership, Role
from tests.receivables.asking import ask

TABLES = ("stores_activity", "stores_activitychain", "receivables_change")


@pytest.fixture
def change(clerk, company) -> Change:
    """A Change that was asked for and taken back, among other things that happened; all of it sealed."""
    record(clerk, Kind.EXPORT, "Invoices as CSV")
    change = ask(
        clerk,
        uuid.uuid4(),
        Change.Verb.SWITCH_METHODS,
        company_id=company.api_id,
        payload={"methods": {"a": 1}},
    )
    changes.apply_event(
        change, changes.EventRecord(state_machine.Cancelled(timezone.now()), words="taken back")
    )
    record(clerk, Kind.RATE, "EUR 1.1")
    record(clerk.store, Kind.MAIL, "Statement", company_id=company.api_id, details={"b": 1, "a": "é"})
    assert seal(clerk.store) == 5
    return change


def run(*statements: str) -> None:
    """As somebody who may do anything to the database does it."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)


def test_it_works(change, store, capsys):
    rows = Activity.objects.filter(store=store).order_by("position")
    assert [(row.position, row.kind) for row in rows] == [
        (1, Kind.EXPORT),
        (2, Kind.CHANGE),
        (3, Kind.OUTCOME),
        (4, Kind.RATE),
        (5, Kind.MAIL),
    ]
    assert (rows[2].change_id, rows[2].words, rows[2].actor) == (change.pk, "Refused", None)
    call_command("verify_activity")
    noted = capsys.readouterr().out.strip()
    assert noted == f"demo:5:{rows[4].seal}"
    record(store, Kind.RATE, "EUR 1.2")
    assert (seal(store), seal(store), verify(store).rows) == (1, 0, 6)
    call_command("verify_activity", expect=[noted], store="demo")


def test_what_is_sealed_cannot_be_changed(change, store):
    rows, chain = Activity.objects.filter(store=store), ActivityChain.objects.filter(store=store)
    asked = Change.objects.filter(pk=change.pk)
    attempts = {
        "words": lambda: rows.filter(position=4).update(words="EUR 9"),
        "seal": lambda: rows.filter(position=4).update(seal=""),
        "deletion": lambda: rows.filter(position=5)._raw_delete("default"),
        "shorter chain": lambda: chain.update(position=4),
        "no chain": lambda: chain._raw_delete("default"),
        "payload": lambda: asked.update(payload={}),
        "outcome": lambda: asked.update(state=Change.State.APPLIED),
        "error": lambda: asked.update(error=""),
        "no change": lambda: asked._raw_delete("default"),
    }
    went_through = []
    for name, attempt in attempts.items():
        try:
            with transaction.atomic():
                attempt()
            went_through.append(name)
        except DatabaseError as refused:
            if not re.search("append-only|is sealed|only grows", str(refused)):
                went_through.append(f"{name}: {refused}")
    assert went_through == []
    asked.update(mirrored_at=timezone.now())
    record(store, Kind.RATE, "EUR 1.3")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.filter(position=None).update(words="EUR 9")


def test_whoever_may_do_anything_is_found_out(change, store):
    third = Activity.objects.get(store=store, position=3).pk
    edits = {
        "position 4 was altered": ["UPDATE stores_activity SET words = 'EUR 9' WHERE position = 4"],
        "position 5 was altered": ["UPDATE stores_activity SET details = '{}' WHERE position = 5"],
        "position 2 was altered": ["UPDATE receivables_change SET payload = '{}'"],
        f"position 3 was altered: activity {third} (outcome of change {change.pk}, ": [
            "UPDATE receivables_change SET state = 'applied'"
        ],
        f"position 2: the change {change.pk} was deleted": ["DELETE FROM receivables_change"],
        "the row at position 1 was deleted": ["DELETE FROM stores_activity WHERE position = 1"],
        "the row at position 4 was deleted": ["DELETE FROM stores_activity WHERE position = 4"],
        "the rows from position 5 to 5 were deleted": ["DELETE FROM stores_activity WHERE position = 5"],
        "the rows from position 1 to 5 were deleted": ["DELETE FROM stores_activity"],
        "position 4 was reordered": [
            "UPDATE stores_activity SET position = 0 WHERE position = 4",
            "UPDATE stores_activity SET position = 4 WHERE position = 5",
            "UPDATE stores_activity SET position = 5 WHERE position = 0",
        ],
        "its end was noted as 4": ["UPDATE stores_activitychain SET position = 4"],
        f"change {change.pk} has no row": [
            "DELETE FROM stores_activity",
            "DELETE FROM stores_activitychain",
        ],
        "was never sealed": [
            "UPDATE stores_activity SET at = at - interval '1 hour', position = NULL WHERE position = 5",
            "UPDATE stores_activitychain SET position = 4,"
            " seal = (SELECT seal FROM stores_activity WHERE position = 4)",
        ],
    }
    missed = {}
    for problem, statements in edits.items():
        with transaction.atomic():
            run(*statements)
            if problem not in (found := verify(store).problem):
                missed[problem] = found
            transaction.set_rollback(True)
    assert missed == {}
    assert verify(store).problem == ""


def test_each_store_has_a_chain_of_its_own(change, store, other_store):
    other = ask(
        Membership.objects.create(user=change.actor.user, store=other_store, role=Role.CLERK),
        uuid.uuid4(),
        Change.Verb.SWITCH_METHODS,
        company_id=change.company_id,
    )
    # Ours stays as it is, whatever waits to be sealed there, and has no row.
    assert (seal(store), verify(store).problem) == (0, "")
    run(
        "UPDATE stores_activity SET at = at - interval '1 hour', change_id = NULL WHERE position IS NULL",
    )
    assert verify(store).problem == ""
    assert "was never sealed" in verify(other_store).problem
    # That something became of it is not the row that says who asked for it.
    record(other_store, Kind.OUTCOME, "Done", change_id=other.pk)
    assert seal(other_store) == 2
    assert verify(other_store).problem == f"change {other.pk} has no row in the activity"
    record(store, Kind.RATE, "EUR 1.2")
    assert (seal(store), verify(store).rows, verify(store).problem) == (1, 6, "")


def test_what_was_just_written_down_may_wait_to_be_sealed(change, clerk, monkeypatch):
    # What is sealed does not wait, however old it is.
    monkeypatch.setattr(verifying, "SEALED_WITHIN", dt.timedelta(hours=-1))
    assert verify(clerk.store).problem == ""
    record(clerk, Kind.RATE, "EUR 1.2")
    assert "was never sealed" in verify(clerk.store).problem
    monkeypatch.undo()
    assert (verify(clerk.store).rows, verify(clerk.store).problem) == (5, "")


def test_a_seal_is_the_same_whatever_made_it():
    """What was sealed years ago is sealed again when it is verified: texts, moments and amounts as they were."""
    row = Activity(
        id=7,
        store_id=1,
        at=dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC),
        kind=Kind.CHANGE,
        words="é",
        change_id=uuid.UUID(int=8),
        details={"b": 1, "a": 2},
    )
    change = Change(store_id=1, actor_id=2, verb="v", company_id=3, amount=Decimal("1E+1"), asked_at=row.at)
    change.batch = uuid.UUID(int=9)
    expected = "41bddafb67bb4d42cfde8c91cb7a0a157cabdb53a8ed43aba7e567c7b8f69e2d"
    assert seal_of("before", 4, row, change) == expected
    row.at = row.at.astimezone(ZoneInfo("Asia/Tokyo"))
    assert seal_of("before", 4, row, change) == expected


def test_a_chain_written_anew_is_not_the_one_that_was_noted(change, store):
    noted = f"demo:5:{verify(store).seal}"
    run(
        "UPDATE stores_activity SET words = 'EUR 9' WHERE position = 4",
        "UPDATE stores_activity SET position = NULL, seal = ''",
        "DELETE FROM stores_activitychain",
    )
    assert (seal(store), verify(store).problem) == (5, "")
    with pytest.raises(CommandError, match="does not hold the end that was noted at position 5"):
        call_command("verify_activity", expect=[noted])


@pytest.mark.django_db(transaction=True)
def test_two_who_seal_at_once_and_one_who_writes_late(clerk):
    store, both, written = clerk.store, Barrier(2), Event()
    for number in range(30):
        record(clerk, Kind.RATE, f"EUR {number}")

    def sealing() -> None:
        both.wait()
        seal(store)
        connection.close()

    def writing() -> None:
        """Its row has an id before those of the later ones, and is there only when they are sealed."""
        with transaction.atomic():
            record(clerk, Kind.RATE, "late")
            written.set()
            assert sealed.wait(10)
        connection.close()

    sealed = Event()
    late = Thread(target=writing)
    late.start()
    assert written.wait(10)
    record(clerk, Kind.RATE, "in time")
    threads = [Thread(target=sealing) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sealed.set()
    late.join()
    seal(store)
    last = Activity.objects.filter(store=store).order_by("-position")[:2]
    assert [row.words for row in last] == ["late", "in time"]
    assert last[0].pk < last[1].pk
    assert (verify(store).rows, verify(store).problem) == (32, "")
