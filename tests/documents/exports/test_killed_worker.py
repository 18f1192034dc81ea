"""The worker is killed twice in the middle of an export of which some files fail at the store.

bench/e6_bulk_export.py does the same with 5,000 invoices.
"""

import base64
import hashlib
import io
import time
import uuid
import zipfile
from collections import Counter

import pytest

from arportal.documents.exports.create import create_export
from arportal.documents.models import Export, ExportItem
from arportal.mirror.models import Invoice
from arportal.mirror.sync.sync import sync
from arportal.stores.models import Membership, Role, Store, User
from tests.cast import forget_stores
from tests.documents.exports.conftest import LINK, content, file_of, rows
from tests.documents.exports.worker_process import half_a_minute_later, worker
from tests.sandbox_server import STORE_HASH, TOKEN, running_sandbox
from tests.whole import only_whole

INVOICES = 90
KILLED_AT = (20, 50)
Done, Taken = ExportItem.State.DONE, ExportItem.State.TAKEN


@pytest.fixture
def busy():
    """A sandbox of its own, with enough invoices to be killed among."""
    with running_sandbox("--companies", "10", "--invoices", str(INVOICES)) as sandbox:
        yield sandbox


@pytest.fixture
def auditor(transactional_db, busy) -> Membership:
    """Of a store that other processes can see."""
    forget_stores()
    store = Store(slug="busy", name="Busy store", store_hash=STORE_HASH, api_url=busy.api_url)
    store.token = TOKEN
    store.save()
    assert not sync(store).problem
    user = User.objects.create_user("auditor@example.com", name="Ada Auditor")
    return Membership.objects.create(user=user, store=store, role=Role.VIEWER, all_companies=True)


@only_whole("documents/exports/test_waiting.py::test_what_a_dead_worker_had_in_hand_is_done_by_the_next")
def test_it_works(auditor, busy):
    invoices = Invoice.objects.filter(store=auditor.store).order_by("api_id")
    broken = break_some(busy, list(invoices.values_list("api_id", flat=True)))
    export = create_export(
        auditor, uuid.uuid4(), invoices, source=Export.Source.STORE, shape=Export.Shape.ZIP
    )
    in_flight = sum((kill_after(export, done) for done in KILLED_AT), start=Counter())
    with worker():
        wait_until(lambda: Export.objects.filter(pk=export.pk, state="ready").exists())
    names = dict(invoices.values_list("api_id", "number"))
    assert_nothing_is_missing(export, set(names.values()), {names[each] for each in broken})
    assert_nothing_was_fetched_twice(busy.control("GET", "requests"), in_flight)


def break_some(sandbox, ids: list[int]) -> list[int]:
    """Three of them, each in one of the ways in which stores fail."""
    broken = ids[:: len(ids) // 3][:3]
    for number, api_id in enumerate(broken):
        kind = ("500", "expired_link", "html")[number % 3]
        path = file_of(api_id) if kind == "html" else f"/invoices/{api_id}{LINK}"
        sandbox.fault(kind, method="GET", path=path, probability=1)
    return broken


def kill_after(export: Export, done: int) -> Counter[int]:
    """The invoices that the worker had in hand when it was killed."""
    with worker() as process:
        wait_until(lambda: export.items.filter(state=Done).count() >= done)
        process.kill()
        process.join()
    half_a_minute_later()
    assert export.items.filter(state=Done).count() < INVOICES * 0.9
    return Counter(export.items.filter(state=Taken).values_list("invoice_id", flat=True))


def wait_until(happened, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def assert_nothing_is_missing(export: Export, chosen: set[str], broken: set[str]) -> None:
    assert hashlib.sha256(content(export)).hexdigest() == export.archive.sha256
    with zipfile.ZipFile(io.BytesIO(content(export))) as archive:
        manifest, failures = (rows(archive.read(name)) for name in ("manifest.csv", "failures.csv"))
        files = {row["file"]: archive.read(row["file"]) for row in manifest}
        assert archive.namelist() == [*files, "manifest.csv", "failures.csv"]
    assert all(row["sha256"] == hashlib.sha256(files[row["file"]]).hexdigest() for row in manifest)
    assert {row["invoice"] for row in failures} == broken
    assert Counter(row["invoice"] for row in manifest + failures) == Counter(chosen)


def assert_nothing_was_fetched_twice(log, in_flight: Counter[int]) -> None:
    """But for what a worker had in hand when it died, which nobody else could know of."""
    fetched = Counter(invoice_of(entry["path"]) for entry in log if is_a_fetched_pdf(entry))
    assert set(fetched - Counter(set(fetched))) <= set(in_flight)
    assert in_flight.total() <= len(KILLED_AT) * 3


def is_a_fetched_pdf(entry) -> bool:
    return entry["path"].startswith("/files/invoices/") and entry["status"] == 200 and not entry["fault"]


def invoice_of(path: str) -> int:
    payload = path.removeprefix("/files/invoices/").partition(":")[0]
    return int(base64.b64decode(payload + "=" * (-len(payload) % 4)))
