"""Cancelling an export, and doing what is missing."""

import pytest

from arportal.documents.exports.control import cancel, carry_on, may_steer
from arportal.documents.exports.work import work
from arportal.documents.models import ExportItem
from arportal.receivables.changes.errors import Invalid
from arportal.stores.access import NotAllowed
from tests.documents.exports.conftest import COUNT, LINK, asked_for_pdfs, content, failures, finish, now

Done = ExportItem.State.DONE


@pytest.fixture
def half_done(start, viewer, monkeypatch):
    """Cancelled by the viewer who asked for it after at least one of its files was done."""
    monkeypatch.setattr("arportal.documents.exports.work.SLICE", 0.05)
    export = start()
    work(export, 1)
    cancel(viewer, export)
    assert 0 < export.items.filter(state=Done).count() < COUNT
    monkeypatch.undo()
    return export


def test_it_works(half_done):
    done = half_done.items.filter(state=Done).count()
    export = finish(half_done)
    assert (export.state, export.problem) == ("stopped", "Cancelled by Viewer.")
    assert export.items.filter(state=Done).count() == done
    assert not hasattr(export, "archive")


def test_carried_on_nothing_is_done_twice(half_done, viewer, cache, sandbox):
    for copy in cache.glob("*/*"):
        copy.unlink()  # What the export has done it must have itself.
    carry_on(viewer, half_done)
    assert finish(half_done).archive.files == COUNT
    assert len(set(asked_for_pdfs(sandbox))) == len(asked_for_pdfs(sandbox)) == 2 * COUNT


def test_the_failures_alone_are_tried_again(start, viewer, chosen, sandbox):
    sandbox.fault("500", path=f"/invoices/{chosen[3].api_id}{LINK}", probability=1)
    export = finish(start())
    before = content(export)
    sandbox.control("DELETE", "faults")
    sandbox.control("DELETE", "requests")
    carry_on(viewer, export)
    assert content(now(export)) == before  # Until the new one is there, the old one can be had.
    export = finish(export)
    assert (export.archive.files, failures(export)) == (COUNT, {})
    assert len(asked_for_pdfs(sandbox)) == 2


def test_there_is_nothing_to_cancel_or_to_do(start, viewer):
    export = finish(start())
    with pytest.raises(Invalid, match="no longer under way"):
        cancel(viewer, export)
    with pytest.raises(Invalid, match="nothing left"):
        carry_on(viewer, export)


def test_one_that_is_under_way_cannot_be_begun_again(start, viewer):
    export = start()
    with pytest.raises(Invalid, match="nothing left"):
        carry_on(viewer, export)


def test_cancelled_while_it_is_packed(start, viewer, monkeypatch):
    packed = "arportal.documents.exports.packing.zip_files"
    export = start()
    monkeypatch.setattr(packed, lambda export, file: cancel(viewer, export))
    export = finish(export)
    assert (export.state, hasattr(export, "archive")) == ("stopped", False)


def test_somebody_elses(start, viewer, clerk):
    export = start(actor=clerk)
    assert may_steer(clerk, export)
    for steer in (cancel, carry_on):
        with pytest.raises(NotAllowed):
            steer(viewer, export)


def test_a_clerk_may_cancel_what_an_auditor_asked_for(start, clerk):
    export = start()
    cancel(clerk, export)
    assert now(export).problem == "Cancelled by AR clerk."
