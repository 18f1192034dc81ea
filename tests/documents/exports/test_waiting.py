"""A store that cannot be asked just now: its exports wait, and call nothing a failure that was never tried."""

import datetime as dt

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from arportal.documents import tasks
from arportal.documents.exports import work as lane_work
from arportal.documents.exports.sources import Failed
from arportal.documents.models import Export, ExportItem
from arportal.mirror.models import RequestBudget
from tests.documents.exports.conftest import COUNT, LINK, asked_for_pdfs, failures, finish, now, work
from tests.whole import only_whole


def states(export) -> set[str]:
    return set(export.items.values_list("state", flat=True))


@pytest.fixture
def paused(store):
    """The circuit of the store's API is open for a minute."""
    opens = timezone.now() + dt.timedelta(minutes=1)
    told = {"allocated": 150, "failures": 5, "opens_until": opens, "problem": "gave no answer"}
    return RequestBudget.objects.update_or_create(store=store, defaults=told)[0]


def test_it_works(start, paused, sandbox):
    export = work(start())
    assert (export.state, states(export)) == ("running", {"waiting"})
    assert "gave no answer" in export.problem
    assert export.waits_until > timezone.now()
    assert asked_for_pdfs(sandbox) == []
    RequestBudget.objects.update(opens_until=None, problem="")
    assert finish(export).archive.files == COUNT


def test_the_lane_comes_back_when_the_store_may_be_asked_again(start, paused):
    ProcrastinateJob.objects.all().delete()
    export = start()
    ProcrastinateJob.objects.all().delete()
    work(export)
    job = ProcrastinateJob.objects.get(lock=f"export-{export.pk}-1")
    assert abs(job.scheduled_at - paused.opens_until) < dt.timedelta(seconds=10)


@only_whole("test_it_works")
def test_too_many_requests(start, sandbox):
    sandbox.fault("429", path=LINK)
    export = work(start())
    assert (export.state, states(export), export.items.exclude(tries=0).count()) == (
        "running",
        {"waiting"},
        0,
    )
    RequestBudget.objects.all().delete()  # As if the minute that the 429 spoke of were over.
    assert (finish(export).archive.files, failures(now(export))) == (COUNT, {})


def test_a_store_that_is_down_does_not_eat_up_the_tries(start, store):
    store.api_url = "http://127.0.0.1:9/api/v3/io"
    store.save()
    export = work(start())
    assert (export.state, "failed" in states(export)) == ("running", False)
    assert export.items.filter(tries__gt=0).count() <= 5


def test_after_a_day_it_is_given_up(start, paused, viewer):
    export = work(start())
    Export.objects.update(began_at=timezone.now() - dt.timedelta(hours=25))
    tasks.carry_on_exports(timestamp=0)
    assert set(failures(finish(export)).values()) == {"The store could not be reached for a whole day."}


def test_what_a_dead_worker_had_in_hand_is_done_by_the_next(start):
    export = start()
    ExportItem.objects.filter(export=export, position=1).update(state="taken", lane=1)
    assert finish(export).archive.files == COUNT


def test_what_another_lane_has_in_hand_is_left_to_it(start):
    export = start()
    ExportItem.objects.filter(export=export, position=1).update(state="taken", lane=2)
    export = work(export)
    assert (export.state, states(export)) == ("running", {"taken", "done"})
    assert lane_work.work(export, 2) is None
    assert states(export) == {"done"}


def test_a_worker_that_was_only_thought_dead_settles_nothing_again(start, monkeypatch):
    """Its lane was given to another, which has done its file meanwhile."""
    export, real = start(), lane_work.pdf_of

    def too_slow(*_):
        monkeypatch.setattr(lane_work, "pdf_of", real)
        assert lane_work.work(export, 1) is None
        raise Failed("far too late", may_pass=False)

    monkeypatch.setattr(lane_work, "pdf_of", too_slow)
    assert (finish(export).archive.files, failures(now(export))) == (COUNT, {})


def test_a_lane_makes_room_for_other_exports_after_a_while(start, monkeypatch):
    monkeypatch.setattr(lane_work, "SLICE", 0.001)
    export = start()
    assert lane_work.work(export, 1) == 0.0
    assert export.items.filter(state="done").count() <= 1


def test_whatever_became_of_their_jobs_they_go_on(start):
    export = start()
    ProcrastinateJob.objects.all().delete()
    tasks.carry_on_exports(timestamp=0)
    tasks.carry_on_exports(timestamp=0)
    assert ProcrastinateJob.objects.filter(lock__startswith=f"export-{export.pk}").count() == 3
    Export.objects.update(state="packing")
    tasks.carry_on_exports(timestamp=0)
    assert ProcrastinateJob.objects.filter(lock=f"pack-{export.pk}").count() == 1
