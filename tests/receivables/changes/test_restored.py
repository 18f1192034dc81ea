"""The database was put back to a moment at which something was still to be sent; meanwhile it was."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from arportal.b2b.errors import NotFound
from arportal.receivables.changes import changes, state_machine
from arportal.receivables.changes.execution import LookupResult
from arportal.receivables.changes.restored import doubt_open_changes
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.models import Change, Discrepancy
from arportal.stores.models import Activity
from tests.receivables.doubling import again_at_the_store, recorded_at_the_store

State = Change.State
LATER = state_machine.QUARANTINE + dt.timedelta(minutes=1)


def put_back(change: Change, state: Change.State) -> None:
    """To before it was sent; nobody waits before a page for it."""
    Change.objects.filter(pk=change.pk).update(
        state=state,
        is_deferred=True,
        attempts=0,
        sent_at=None,
        settled_at=None,
        mirrored_at=None,
        target_id=None,
    )


def brought_to_an_end(change: Change) -> Change:
    change = Change.objects.select_related("store", "actor").get(pk=change.pk)
    return changes.resume(change, timezone.now() + LATER)


def test_it_works(clerk, open_invoices, sandbox, capsys):
    sent, approved, never_sent = (
        recorded_at_the_store(clerk, open_invoices[0], Decimal(amount)) for amount in (1, 2, 3)
    )
    sandbox.delete(f"/ip/payments/{never_sent.target_id}")
    put_back(sent, State.ASKED)
    put_back(approved, State.WAITING)
    put_back(never_sent, State.WAITING)
    later = uuid.uuid4()
    again_at_the_store(sandbox, sent, externalId=str(later), details={"memo": f"later [{later.hex[:8]}]"})
    sandbox.control("DELETE", "requests")
    call_command("after_restore")
    assert "2 changes are looked up" in capsys.readouterr().out
    for change in (sent, approved):
        ended = brought_to_an_end(change)
        assert (ended.state, ended.target_id) == (State.APPLIED, change.target_id)
    words = Activity.objects.filter(kind=Activity.Kind.STORE).latest("pk").words
    assert "2 changes are looked up" in words
    assert brought_to_an_end(never_sent).state == State.WAITING, "a second person has still to agree"
    assert sandbox.writes() == [], "nothing is done a second time"
    found = Discrepancy.objects.open().values_list("external_id", "kind")
    assert list(found) == [(later, Discrepancy.Kind.UNKNOWN)]


def test_a_store_that_does_not_answer_changes_nothing(clerk, open_invoices, sandbox):
    change = recorded_at_the_store(clerk, open_invoices[0], Decimal(1))
    put_back(change, State.WAITING)
    sandbox.fault("500", method="GET", count=9)
    with pytest.raises(CommandError, match="Run it again"):
        call_command("after_restore")
    change.refresh_from_db()
    assert change.state == State.WAITING


@pytest.fixture
def asked_of_the_store(monkeypatch) -> list[Change]:
    """The Changes that are looked up, each in its turn; its payload says what became of it."""
    looked_up = []

    def look_up(client, change):
        looked_up.append(change)
        if change.payload["became"] == "gone":
            raise NotFound("no such payment")
        return LookupResult(LookupOutcome[change.payload["became"]])

    monkeypatch.setattr(changes.handlers[Change.Verb.DELETE_PAYMENT], "look_up", look_up)
    return looked_up


@pytest.fixture
def change_in(clerk):
    def change_in(state: Change.State, **more) -> Change:
        about = {"store": clerk.store, "actor": clerk, "company_id": 1, "verb": Change.Verb.DELETE_PAYMENT}
        return Change.objects.create(id=uuid.uuid4(), state=state, **(about | more))

    return change_in


def test_what_may_have_been_sent_is_in_doubt(change_in, clerk, asked_of_the_store):
    long_ago = timezone.now() - dt.timedelta(days=1)
    asked = change_in(State.ASKED)
    sent = change_in(State.SENT, attempts=3, sent_at=long_ago, looked_at=long_ago)
    unknown = change_in(State.UNKNOWN, attempts=1, sent_at=long_ago, looked_at=long_ago)
    settled = [change_in(state, attempts=1, sent_at=long_ago) for state in (State.APPLIED, State.REFUSED)]
    assert doubt_open_changes(clerk.store) == 3
    for change, attempts in ((asked, 1), (sent, 3), (unknown, 1)):
        change.refresh_from_db()
        assert (change.state, change.attempts, change.looked_at) == (State.UNKNOWN, attempts, None)
        assert change.sent_at > long_ago + dt.timedelta(hours=1), "the quarantine begins now"
    for change in settled:
        assert Change.objects.get(pk=change.pk).state == change.state
    assert "3 changes are looked up" in Activity.objects.get(kind=Activity.Kind.STORE).words
    assert asked_of_the_store == []


def test_what_waited_for_a_second_person_is_in_doubt_only_if_it_was_done(
    change_in, clerk, asked_of_the_store
):
    waiting = {
        became: change_in(State.WAITING, payload={"became": became})
        for became in ("DONE", "NOT_DONE", "OVERTAKEN", "gone")
    }
    assert doubt_open_changes(clerk.store) == 1
    assert set(asked_of_the_store) == set(waiting.values())
    states = {became: Change.objects.get(pk=change.pk).state for became, change in waiting.items()}
    assert states == {
        "DONE": State.UNKNOWN,
        "NOT_DONE": State.WAITING,
        "OVERTAKEN": State.WAITING,
        "gone": State.WAITING,
    }


def test_another_stores_changes_are_left_alone(change_in, clerk, other_store, asked_of_the_store):
    theirs = [
        change_in(state, store=other_store, payload={"became": "DONE"})
        for state in (State.ASKED, State.SENT, State.WAITING)
    ]
    assert doubt_open_changes(clerk.store) == 0
    assert asked_of_the_store == []
    assert [Change.objects.get(pk=change.pk).state for change in theirs] == [
        change.state for change in theirs
    ]
