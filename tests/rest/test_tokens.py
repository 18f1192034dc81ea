"""Tokens: shown once, no more than their person, and of no use once they have ended."""

import datetime as dt
import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from arportal.stores.access import NotAllowed, Permission
from arportal.stores.api_tokens import LONGEST, Wanted, make_token, revoke_token, tokens_of
from arportal.stores.models import Activity, ApiToken, Membership, Role
from arportal.stores.people import Refused, admins, deactivate
from tests.rest.conftest import API

INVOICES = f"{API}invoices/?limit=1"


def wanted(**values):
    now = timezone.now()
    return Wanted(**({"name": "ERP", "permissions": [], "expires_at": now + dt.timedelta(days=1)} | values))


def test_it_works(clerk, browse):
    browser = browse(clerk)
    form = browser.get("/s/demo/tokens/new/").content.decode()
    token_id = re.search(r'name="token_id" value="([0-9a-f-]+)"', form)[1]
    sent = {"token_id": token_id, "name": "Power BI", "sees": "all", "days": "30", "companies": ""}
    made = browser.post("/s/demo/tokens/new/", sent | {"permissions": ["record payment"]})
    text = re.search(r"arp_\d+_[\w-]{43}", made.content.decode())[0]
    assert Client().get(INVOICES, headers={"Authorization": f"Bearer {text}"}).status_code == 200
    # Sent once more it makes none, and says so.
    assert browser.post("/s/demo/tokens/new/", sent).status_code == 303
    token = ApiToken.objects.get()
    assert (token.name, token.permissions, token.membership) == ("Power BI", ["record payment"], clerk)
    assert token.last_used_at is not None
    page = browser.get("/s/demo/tokens/").content.decode()
    assert f"…{text[-4:]}" in page
    assert browser.post(f"/s/demo/tokens/{token_id}/revoke/").status_code == 303
    assert Client().get(INVOICES, headers={"Authorization": f"Bearer {text}"}).status_code == 401
    told = Activity.objects.filter(kind=Activity.Kind.TOKEN)
    assert told.count() == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM stores_apitoken t")
        kept = cursor.fetchone()[0]
    assert text not in kept + page + str(list(told.values()))


def test_who_has_not_signed_in_lately_makes_none(clerk, client):
    client.force_login(clerk.user)
    assert "reauthenticate" in client.get("/s/demo/tokens/new/")["Location"]


def test_what_opens_nothing(clerk, store, program, token):
    text = token(clerk)
    answers = {
        "none": Client(),
        "another scheme": Client(headers={"Authorization": f"Basic {text}"}),
        "unknown": Client(headers={"Authorization": f"Bearer {text}x"}),
        "of another store": Client(headers={"Authorization": f"Bearer {text.replace('_', '_7', 1)}"}),
        "of no store": Client(headers={"Authorization": f"Bearer arp_{9**30}_{text}"}),
        "not ASCII": Client(headers={"Authorization": "Bearer arp_é"}),
    }
    ended = {}
    for name in ("expired", "revoked", "left", "store asks a second factor"):
        ended[name] = token(clerk, name=name)
    ApiToken.objects.filter(name="expired").update(expires_at=timezone.now() - dt.timedelta(days=1))
    revoke_token(clerk, ApiToken.objects.get(name="revoked").pk, timezone.now())
    statuses = {name: client.get(INVOICES).status_code for name, client in answers.items()}
    for name in ("expired", "revoked"):
        statuses[name] = Client(headers={"Authorization": f"Bearer {ended[name]}"}).get(INVOICES).status_code
    store.second_factor_roles = [Role.CLERK]
    store.save()
    late = Client(headers={"Authorization": f"Bearer {ended['left']}"})
    statuses["second factor"] = late.get(INVOICES).status_code
    store.second_factor_roles = []
    store.save()
    assert late.get(INVOICES).status_code == 200
    Membership.objects.filter(pk=clerk.pk).update(is_active=False)
    statuses["left"] = late.get(INVOICES).status_code
    assert set(statuses.values()) == {401}, statuses
    # Another store does not exist for it.
    assert program(admins(store.pk)[0]).get("/api/v1/stores/other/invoices/").status_code == 404


def test_it_has_no_more_than_its_person(clerk, viewer, company, program):
    now = timezone.now()
    with pytest.raises(Refused):
        make_token(viewer, uuid.uuid4(), wanted(permissions=[Permission.RECORD_PAYMENT]), now)
    with pytest.raises(Refused):
        make_token(clerk, uuid.uuid4(), wanted(permissions=[Permission.APPROVE]), now)
    with pytest.raises(Refused):
        make_token(clerk, uuid.uuid4(), wanted(expires_at=now + 2 * LONGEST), now)
    with pytest.raises(NotAllowed):
        make_token(clerk, uuid.uuid4(), wanted(is_service=True), now)
    narrow = program(clerk, company_ids=[company.api_id])
    seen = {row["company_id"] for row in narrow.get(f"{API}invoices/?limit=500").json()["data"]}
    assert seen == {company.api_id}
    # What its person loses, it loses.
    Membership.objects.filter(pk=clerk.pk).update(all_companies=False, company_ids=[])
    assert narrow.get(f"{API}invoices/").json()["data"] == []
    assert Membership.objects.get(pk=clerk.pk).company_ids == []


def test_a_service_is_nobody_and_no_admin(admin, clerk, browse, program):
    erp = program(admin, is_service=True, name="ERP", permissions=[Permission.SWITCH_METHODS])
    assert erp.get(f"{API}invoices/?limit=1").status_code == 200
    service = Membership.objects.get(user__is_service=True)
    assert (service.role, service.user.has_usable_password()) == (Role.ADMIN, False)
    assert service not in admins(admin.store_id)
    page = browse(admin).get("/s/demo/people/").content.decode()
    assert service.user.email not in page
    assert browse(admin).get(f"/s/demo/people/{service.pk}/").status_code == 404
    assert tokens_of(clerk) == []
    deactivate(admin, service.pk)
    assert erp.get(f"{API}invoices/?limit=1").status_code == 401


def test_a_minute_has_so_many_requests(viewer, program, settings):
    settings.REST_REQUESTS_A_MINUTE = 2
    ask, other = program(viewer), program(viewer)
    found = [ask.get(INVOICES) for _each in range(5)]
    # A minute may have ended meanwhile, and another two been free.
    refused = [answer for answer in found if answer.status_code == 429]
    assert refused
    assert 0 < int(refused[0]["Retry-After"]) <= 60
    assert other.get(INVOICES).status_code == 200
