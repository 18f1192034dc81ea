"""The Sync page: what was read, what is under way, and how to ask for more."""

import datetime as dt

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from arportal.mirror.models import RequestBudget, Scan, SyncPass
from arportal.mirror.sync.sync import sync
from tests.whole import only_whole


@pytest.fixture
def page(browse, clerk):
    browser = browse(clerk)
    return lambda: browser.get("/s/demo/sync/").content.decode()


def words(markup: str) -> str:
    return " ".join(markup.split())


@pytest.fixture
def press(browse, clerk):
    browser = browse(clerk)
    return lambda button: browser.post(f"/s/demo/sync/{button}/", follow=True).content.decode()


def waiting() -> list[dict]:
    jobs = ProcrastinateJob.objects.filter(task_name="arportal.mirror.tasks.sync_store", status="todo")
    return [job.args for job in jobs]


def test_it_works(page, browse, viewer):
    shown = page()
    assert "Full" in shown
    assert "Done" in shown
    seen = browse(viewer).get("/s/demo/sync/").content.decode()
    assert ("Sync now" in shown, "Sync now" in seen) == (True, False)


def test_a_pass_under_way_shows_how_far_it_is(page, store):
    started = timezone.now() - dt.timedelta(minutes=2)
    running = SyncPass.objects.create(store=store, kind=SyncPass.Kind.FULL, started_at=started)
    Scan.objects.create(sync_pass=running, resource="invoices", offset=250, total=1000)
    shown = page()
    for words in ("under way", "250 / 1,000", "about 6 minutes left"):
        assert words in shown


def test_a_pass_that_stopped_says_why(page, store):
    now = timezone.now()
    SyncPass.objects.create(
        store=store, kind=SyncPass.Kind.INCREMENTAL, started_at=now, finished_at=now, problem="It hailed."
    )
    assert "It hailed." in page()


def left_out(store, *groups: tuple[str, int, list[str]]) -> None:
    now = timezone.now()
    kept = [{"what": "credit", "why": why, "count": count, "names": names} for why, count, names in groups]
    SyncPass.objects.create(
        store=store, kind=SyncPass.Kind.INCREMENTAL, started_at=now, finished_at=now, left_out=kept
    )


def test_what_was_left_out_is_counted_and_named(page, store):
    left_out(store, ("answered 500: it hailed", 1, ["Anvil & Co"]))
    shown = words(page())
    assert "Credit: 1 (Anvil &amp; Co): answered 500: it hailed" in shown
    assert "More of what was left out" not in shown


def test_many_names_do_not_flood_the_page(page, store):
    left_out(store, ("answered 500: it hailed", 5000, [f"Company {number}" for number in range(10)]))
    seen, folded = words(page()).split('<details class="under"', 1)
    assert "Credit: 5,000 (Company 0, Company 1, Company 2, …): answered 500: it hailed" in seen
    assert "Company 9, …): answered 500: it hailed" in folded


@only_whole("test_many_names_do_not_flood_the_page")
def test_many_reasons_do_not_flood_the_page(page, store):
    left_out(store, *((f"reason {number}", 1, ["Long name " * 29]) for number in range(50)))
    seen, folded = words(page()).split('<details class="under"', 1)
    assert seen.count("reason ") == 2
    assert folded.partition("</details>")[0].count("reason ") == 50
    assert "Long name " * 5 not in seen + folded


@only_whole("mirror/sync/test_mishaps.py::test_side_lists_that_fail_are_left_out_and_no_others")
def test_what_the_store_has_switched_off_is_said(page, store, sandbox):
    sandbox.control("PUT", "quirks", {"store_terms": "off"})
    sync(store, full=True)
    assert "Payment terms: off in this store; asked again daily" in words(page())
    sandbox.control("PUT", "quirks", {"store_credit": "off"})
    sync(store, full=True)
    shown = words(page())
    assert "Payment terms: off in this store" not in shown
    assert (
        "<td>Credit and payment terms, company by company</td> <td> Off in this store; asked again daily"
        in shown
    )


def test_an_open_circuit_is_explained(page, store):
    opens = timezone.now() + dt.timedelta(seconds=30)
    RequestBudget.objects.update_or_create(
        store=store,
        defaults={"allocated": 150, "failures": 5, "opens_until": opens, "problem": "gave no answer"},
    )
    shown = page()
    assert "gave no answer" in shown
    assert "nothing is lost" in shown


def test_before_the_first_sync(page, store):
    SyncPass.objects.all().delete()
    assert "Never synced" in page()


def test_sync_now_asks_the_worker(press, store):
    assert "within a few seconds" in press("now")
    assert waiting() == [{"full": False, "sparing": False, "store_id": store.pk}]
    # Asking twice is one pass.
    assert "already waiting" in press("now")
    assert len(waiting()) == 1


@only_whole("test_sync_now_asks_the_worker")
def test_full_check_asks_the_worker(press, store):
    press("all")
    assert waiting() == [{"full": True, "sparing": False, "store_id": store.pk}]
