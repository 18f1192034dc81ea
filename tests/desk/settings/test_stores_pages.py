"""Connecting a store, another token, settings, and the end of a connection: all of it in the browser."""

import uuid
from base64 import b64encode

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from arportal.b2b.errors import Unauthorized
from arportal.mirror import tasks
from arportal.mirror.api.connections import client_for
from arportal.receivables.models import Change
from arportal.stores.models import Activity, Membership, Store
from tests.receivables.asking import ask
from tests.sandbox_server import STORE_HASH, TOKEN
from tests.whole import whole_or

STORES, CONNECTION = "/s/demo/stores/", "/s/demo/connection/"
WRONG = "wrong-token-5b1f0c"
Kind = Activity.Kind


@pytest.fixture
def desk(admin, browse):
    return browse(admin)


def told(*kinds: str) -> list[str]:
    return list(Activity.objects.filter(kind__in=kinds).order_by("pk").values_list("words", flat=True))


def rows_with(*texts: str) -> list[str]:
    """The tables of the database in which one of these is to be found."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        found = []
        for name in names:
            cursor.execute(
                f'SELECT EXISTS (SELECT FROM "{name}" AS row WHERE row::text LIKE ANY(%s))',  # noqa: S608
                [[f"%{text}%" for text in texts]],
            )
            found += [name] if cursor.fetchone()[0] else []
    return found


def test_another_token(desk, store, caplog):
    before = store.encrypted_token
    refused = desk.post(f"{CONNECTION}token/", {"token": WRONG})
    assert (refused.status_code, "The API refused the token" in refused.content.decode()) == (422, True)
    assert desk.post(f"{CONNECTION}token/", {"token": "two words"}).status_code == 422
    assert Store.objects.get().encrypted_token == before
    assert desk.post(f"{CONNECTION}token/", {"token": TOKEN}).status_code == 303
    assert (Store.objects.get().token, Store.objects.get().encrypted_token != before) == (TOKEN, True)
    assert told(Kind.TOKEN) == ["API token replaced"]
    tried = desk.post(f"{CONNECTION}test/", follow=True).content.decode()
    assert "The API answers, and takes the token." in tried
    secrets = (WRONG, TOKEN, b64encode(WRONG.encode()).decode(), b64encode(TOKEN.encode()).decode())
    pages = refused.content.decode() + tried + caplog.text
    assert [secret for secret in secrets if secret in pages] == []
    assert rows_with(*secrets) == []


def test_a_token_that_cannot_be_read(desk, sandbox):
    Store.objects.update(encrypted_token="made with a lost key")
    tried = desk.post(f"{CONNECTION}test/", follow=True).content.decode()
    assert "Restore the old key, or connect the store again." in tried
    assert "lost key" not in tried
    assert sandbox.control("GET", "requests") == []


def test_settings(desk, store):
    form = {"name": "North", "currency": "EUR", "time_zone": "Europe/Berlin"}
    assert desk.post(CONNECTION, form).status_code == 303
    now = Store.objects.get()
    assert (now.name, now.currency, now.time_zone) == ("North", "EUR", "Europe/Berlin")
    row = Activity.objects.get(kind=Kind.STORE)
    assert (row.who, row.details["before"]["currency"], row.details["after"]["name"]) == (
        "Admin",
        "USD",
        "North",
    )
    assert "time zone: Europe/Berlin" in desk.get(CONNECTION).content.decode()
    for wrong in whole_or(
        ({"time_zone": "localtime"}, {"currency": "XXA"}, {"name": ""}), ({"currency": "XXA"},)
    ):
        assert desk.post(CONNECTION, form | wrong).status_code == 422


def test_another_store(desk, admin, store):
    form = {
        "name": "South",
        "slug": "south",
        "store_hash": STORE_HASH,
        "api_url": store.api_url,
        "token": TOKEN,
        "currency": "USD",
        "time_zone": "UTC",
    }
    refusals = {
        "already exists": {},
        "The API refused the token": {"token": WRONG},
        "is not one of the available choices": {"api_url": "https://169.254.169.254/api"},
        "valid “slug”": {"slug": "a b"},
    }
    missed = {}
    for words, wrong in refusals.items():
        answer = desk.post(f"{STORES}connect/", form | wrong)
        page = answer.content.decode().replace("&lt;", "<")
        if answer.status_code != 422 or words not in page or TOKEN in page:
            missed[words] = page
    assert list(missed) == []
    Store.objects.update(store_hash="elsewhere")
    assert desk.post(f"{STORES}connect/", form).url == "/s/south/"
    south = Store.objects.get(slug="south")
    member = Membership.objects.get(store=south)
    assert (member.user, member.role, member.all_companies) == (admin.user, "admin", True)
    assert ProcrastinateJob.objects.filter(task_name=tasks.sync_store.name, args__store_id=south.pk).exists()
    assert f">{south}</a>" in desk.get(STORES).content.decode()


def test_disconnected_it_keeps_its_records(desk, store, admin, company):
    change = ask(admin, uuid.uuid4(), Change.Verb.SWITCH_METHODS, company_id=company.api_id)
    end = f"{CONNECTION}disconnect/"
    refused = desk.post(end, {"reason": "Sold"}).content.decode()
    assert "1 changes are being sent or confirmed" in refused
    Change.objects.filter(pk=change.pk).update(state=Change.State.REFUSED)
    assert desk.post(end, {"reason": ""}).status_code == 422
    assert desk.post(end, {"reason": "Sold"}).status_code == 303
    now = Store.objects.get()
    assert (now.encrypted_token, now.encrypted_webhook_secret) == ("", "")
    with pytest.raises(Unauthorized, match="disconnected"):
        client_for(now)
    ProcrastinateJob.objects.all().delete()
    tasks.sync_every_store(0)
    tasks.recheck_every_store(0)
    tasks.sync_store(now.pk)
    assert not ProcrastinateJob.objects.exists()
    page = desk.get(f"/s/demo/companies/{company.api_id}/").content.decode()
    assert (company.name in page, "The store is disconnected" in page) == (True, True)
    assert "connects it again" in desk.get(CONNECTION).content.decode()
    assert desk.post(f"{CONNECTION}token/", {"token": TOKEN}).status_code == 303
    assert Store.objects.get().disconnected_at is None
    assert [words.partition(":")[0] for words in told(Kind.STORE)] == ["Disconnected", "Connected again"]
