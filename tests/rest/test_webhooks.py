"""Messages the store sends of its own accord."""

import base64
import hashlib
import hmac
import json
import time

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from arportal.mirror.api.webhooks import follow
from arportal.mirror.models import Company, Delivery

SECRET = "the app's own"


@pytest.fixture
def deliver(store, client):
    """Sends a message as BigCommerce does; `changed` are headers, or the body."""
    store.webhook_secret = SECRET
    store.save()

    def post(scope="store/company/updated", data=None, *, secret=SECRET, body=None, slug="demo", **changed):
        content = body or json.dumps({"scope": scope, "data": data or {"company_id": 1001}}).encode()
        headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(time.time()))} | changed
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + content
        mac = base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()
        headers.setdefault("webhook-signature", f"v1,b3RoZXI= v1,{mac}")
        return client.post(f"/hooks/{slug}/", content, content_type="application/json", headers=headers)

    return post


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name="arportal.mirror.tasks.follow_message").count()


def test_it_works(deliver):
    assert deliver().status_code == 204
    assert (Delivery.objects.count(), jobs()) == (1, 1)


def test_the_same_message_again_is_taken_once(deliver):
    assert [deliver().status_code, deliver().status_code] == [204, 204]
    assert (Delivery.objects.count(), jobs()) == (1, 1)


def test_a_message_we_have_no_use_for(deliver):
    assert deliver("store/quote/created").status_code == 204
    assert jobs() == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"secret": "another's"},
        {"webhook-timestamp": str(int(time.time()) - 4000)},
        {"webhook-timestamp": str(int(time.time()) + 4000)},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "²"},
        {"webhook-id": ""},
        {"webhook-signature": "v1,%%%"},
        {"webhook-signature": "v1,é"},
        {"webhook-signature": ""},
        {"body": b"not json"},
        {"body": b'["no object"]'},
    ],
)
def test_what_cannot_be_trusted_is_turned_away(deliver, changed):
    assert deliver(**changed).status_code == 401
    assert (Delivery.objects.count(), jobs()) == (0, 0)


def test_a_huge_message_is_not_read(deliver):
    assert deliver(body=b" " * 70_000).status_code == 413


def test_a_store_that_is_not_here(deliver):
    assert deliver(slug="elsewhere").status_code == 404


def test_a_store_without_a_secret(store, client):
    assert client.post("/hooks/demo/", b"{}", content_type="application/json").status_code == 404


def test_only_post(deliver, client):
    assert client.get("/hooks/demo/").status_code == 405


def test_what_it_spoke_of_is_read_again(store, sandbox, company):
    sandbox.put(f"/companies/{company.api_id}", {"companyName": "Renamed at the store"})
    follow(store, "store/company/updated", {"company_id": company.api_id})
    assert Company.objects.get(pk=company.pk).name == "Renamed at the store"


def test_what_the_message_claims_is_not_believed(store, sandbox, company):
    follow(store, "store/company/deleted", {"company_id": company.api_id})
    assert Company.objects.get(pk=company.pk).gone_at is None


@pytest.mark.parametrize(
    ("scope", "data"),
    [
        ("store/company/deleted", {"company_id": 99}),
        ("store/company/user/deleted", {"user_id": 99}),
        ("store/order/updated", {"id": 99}),
    ],
)
def test_what_is_gone_at_the_store_needs_no_row_here(store, sandbox, scope, data):
    follow(store, scope, data)
