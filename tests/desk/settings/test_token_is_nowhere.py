"""A store's API token is in no page, header, log line, mail, job or dump of the database, however it is written."""

import io
import logging
import subprocess
from base64 import b64encode
from collections.abc import Iterator

import pytest
from django.core import mail
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from arportal import logs
from arportal.desk.settings import connection as connection_page
from arportal.local.postgres import programs
from arportal.mirror import tasks
from arportal.mirror.models import SyncPass
from arportal.stores.models import Store
from tests.copies import FILLED, Copy
from tests.sandbox_server import STORE_HASH, TOKEN
from tests.whole import only_whole

STORES, CONNECTION = "/s/demo/stores/", "/s/demo/connection/"
WRONG = "wrong-token-5b1f0c"


def written(secret: str) -> Iterator[str]:
    """The ways to write it, in lower case but for base64."""
    letters = secret.encode()
    yield secret
    yield letters.hex()
    yield "".join(f"%{letter:02x}" for letter in letters)
    yield "".join(f"\\u{letter:04x}" for letter in letters)
    for before in range(3):  # In the midst of something else it has one of three forms.
        whole = b64encode(b"\0" * before + letters).decode().rstrip("=")
        yield whole[before and before + 1 : -1]


def told_of(secrets: tuple[str, ...], text: str) -> list[str]:
    both = text + text.lower()
    return [form for secret in secrets for form in written(secret) if form in both]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that is logged, by any library and at any level."""
    stream, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(stream), root.level
    handler.setFormatter(logs.JsonLine())
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def dump() -> str:
    """The database as a backup has it."""
    url = Copy(connection.settings_dict["NAME"], FILLED).url
    run = subprocess.run([programs() / "pg_dump", "--inserts", url], check=True, capture_output=True)
    return run.stdout.decode()


def test_every_way_to_write_it_is_found():
    for form in (TOKEN, TOKEN.encode().hex().upper(), b64encode(f"a {TOKEN}: x".encode()).decode()):
        assert told_of((TOKEN,), f"x{form}x"), form


@only_whole("desk/settings/test_stores_pages.py::test_another_token")
@pytest.mark.django_db(transaction=True)
def test_the_token_is_nowhere(admin, browse, store, sandbox, log, monkeypatch, capfd):
    browser = browse(admin)
    browser.raise_request_exception = False
    seen: list[str] = []

    def post(address: str, sent: dict[str, str], status: int) -> None:
        answer = browser.post(address, sent)
        assert answer.status_code == status, address
        seen.append(f"{answer.headers}{answer.cookies}{answer.content.decode()}")
        seen.append(browser.get(CONNECTION).content.decode())

    form = {"name": "South", "slug": "south", "store_hash": STORE_HASH, "api_url": store.api_url}
    form |= {"currency": "USD", "time_zone": "UTC"}
    post(f"{STORES}connect/", form | {"token": WRONG}, 422)
    post(f"{STORES}connect/", form | {"token": TOKEN, "time_zone": "nowhere"}, 422)
    Store.objects.update(store_hash="elsewhere")
    post(f"{STORES}connect/", form | {"token": TOKEN}, 303)
    Store.objects.filter(slug="south").update(store_hash="south")
    Store.objects.filter(slug="demo").update(store_hash=STORE_HASH)
    post(f"{CONNECTION}test/", {}, 303)
    for token, status in ((WRONG, 422), (f"{TOKEN} {TOKEN}", 422), (TOKEN, 303)):
        post(f"{CONNECTION}token/", {"token": token}, status)
    with monkeypatch.context() as patch:
        patch.setattr(connection_page, "rotate_token", lambda actor, token: {}[actor])
        post(f"{CONNECTION}token/", {"token": TOKEN}, 500)
    assert ProcrastinateJob.objects.exists()
    tasks.sync_store(store.pk)
    for fault in ("401", "500"):
        sandbox.fault(fault, count=10_000)
        tasks.sync_store(store.pk)
        sandbox.control("DELETE", "faults")
    assert SyncPass.objects.exclude(problem="").exists()
    seen += [browser.get(f"/s/demo/{address}").content.decode() for address in ("sync/", "activity/")]
    database, lines = dump(), log.getvalue()
    # What is looked through is what it should be.
    assert store.slug in database
    assert "Internal Server Error" in lines
    looked_through = {
        "pages": "".join(seen),
        "log": lines,
        "streams": "".join(capfd.readouterr()),
        "mails": str([message.message() for message in mail.outbox]),
        "database": database,
    }
    secrets = (TOKEN, WRONG)
    assert {place: told for place, text in looked_through.items() if (told := told_of(secrets, text))} == {}
