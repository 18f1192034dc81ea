"""The process that syncs is killed, over and over, in the middle of a first load: the next one goes on."""

import random
import time
from urllib.parse import parse_qs

import pytest
from django.db import connection

from arportal.mirror.models import Scan, SyncPass
from arportal.mirror.sync.sync import sync
from arportal.stores.models import Store
from tests.cast import forget_stores
from tests.mirror.sync import syncing_process
from tests.mirror.sync.agreement import differences
from tests.mirror.sync.happenings import Happenings
from tests.mirror.sync.lives import SHORT_PAGE, all_companies
from tests.sandbox_server import STORE_HASH, TOKEN, running_sandbox
from tests.whole import only_whole

KILLS = 10
LISTS = ("invoices", "orders", "payments", "receipts", "receipt lines")
PATHS = {name: f"/{name.replace(' ', '-')}" for name in LISTS}


@pytest.fixture
def busy():
    """A sandbox of its own, with enough rows for many short pages."""
    with running_sandbox("--companies", "12", "--invoices", "240") as sandbox:
        yield sandbox


@pytest.fixture
def unloaded(transactional_db, busy):
    """A store of which nothing was read yet, where other processes can see it."""
    forget_stores()
    store = Store(slug="busy", name="Busy store", store_hash=STORE_HASH, api_url=busy.api_url)
    store.token = TOKEN
    store.save()
    return store


@only_whole("mirror/sync/test_api_down.py::test_a_first_load_goes_on_where_it_was")
def test_it_works(unloaded, busy):
    dice, happens = random.Random(4), Happenings(busy, seed=4)
    for _ in range(KILLS):
        before = scans(unloaded)
        busy.control("DELETE", "requests")
        kill_within(unloaded, pages=dice.randrange(4), seconds=dice.uniform(0, 0.04))
        assert_continued(before, busy.control("GET", "requests"))
        happens()
    assert SyncPass.objects.get(store=unloaded).finished_at is None
    with all_companies():
        settle(unloaded, busy)
    assert differences(unloaded, busy) == {}
    assert SyncPass.objects.get(store=unloaded, kind=SyncPass.Kind.FULL).problem == ""


def scans(store) -> dict[str, Scan]:
    return {scan.resource: scan for scan in Scan.objects.filter(sync_pass__store=store)}


def kill_within(store, pages: int, seconds: float) -> None:
    """SIGKILL, so many seconds after so many pages."""
    process, told = syncing_process.start(connection.settings_dict["NAME"], store.slug)
    try:
        while pages:
            _resource, _done, total = told.recv()
            pages -= total is not None  # Only a scan knows the total.
        time.sleep(seconds)
    finally:
        process.kill()
        process.join()
    assert process.exitcode == -9


def assert_continued(before: dict[str, Scan], log) -> None:
    """A scan that was under way goes on a page before where it was; what was complete is not scanned again."""
    for name, scan in before.items():
        offsets = [
            int(parse_qs(entry["query"])["offset"][0])
            for entry in log
            if entry["path"].endswith(PATHS.get(name, " ")) and "orderBy=ASC" in entry["query"]
        ]
        if offsets and not scan.is_complete:
            assert offsets[0] == max(0, scan.offset - SHORT_PAGE)
        assert Scan.objects.get(pk=scan.pk).is_complete >= scan.is_complete


def settle(store, sandbox) -> None:
    process, _told = syncing_process.start(connection.settings_dict["NAME"], store.slug)
    process.join(60)
    assert process.exitcode == 0
    sandbox.control("PUT", "clock", {"advance": 60})  # A placed order shows itself after ten seconds.
    assert not sync(store).problem
