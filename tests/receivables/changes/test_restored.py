"""The database was put back to a moment at which something was still to be sent; meanwhile it was."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from arportal.receivables.changes import changes, state_machine
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
