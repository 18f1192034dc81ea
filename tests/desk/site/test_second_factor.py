"""A second factor: set up, asked for, and required of some roles; and signing in afresh."""

import re
import uuid
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache

from arportal.desk.payments.forms import sealed_version, sealed_versions
from arportal.receivables.models import Change
from arportal.stores.models import Role, Store
from tests.cast import PASSWORD
from tests.whole import only_whole


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))


@pytest.fixture
def clerks_need_it(store) -> Store:
    Store.objects.update(second_factor_roles=[Role.CLERK])
    return store


@pytest.fixture
def browser(clerk, client):
    """Signed in with the password just now."""
    client.post("/accounts/login/", {"login": clerk.user.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def set_up(browser) -> str:
    """The authenticator's secret."""
    page = browser.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'id="authenticator_secret"[^>]*value="([A-Z2-7]+)"', page)[1]
    assert 'src="data:image/svg+xml' in page
    assert browser.post("/accounts/2fa/totp/activate/", {"code": "000000"}).status_code == 200
    assert browser.post("/accounts/2fa/totp/activate/", {"code": code(secret)}).status_code == 302
    return secret


def test_it_works(clerks_need_it, browser, clerk, client):
    assert browser.get("/s/demo/invoices/")["Location"] == "/accounts/2fa/"
    assert "this store asks it of your role" in browser.get("/accounts/2fa/").content.decode()
    secret = set_up(browser)
    assert browser.get("/s/demo/preferences/").status_code == 200
    browser.post("/accounts/logout/")
    cache.clear()
    answer = browser.post("/accounts/login/", {"login": clerk.user.email, "password": PASSWORD})
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert browser.get("/s/demo/preferences/")["Location"].startswith("/accounts/login/")
    assert browser.post(answer["Location"], {"code": "000000"}).status_code == 200
    assert browser.post(answer["Location"], {"code": code(secret)})["Location"] == "/"
    assert browser.get("/s/demo/preferences/").status_code == 200


def test_forms_and_files_are_closed_too(clerks_need_it, browse, clerk):
    browser = browse(clerk)
    for method, path in (
        ("POST", "payments/1/status/"),
        ("GET", "invoices/export.csv"),
        ("GET", "freshness/"),
    ):
        assert browser.generic(method, f"/s/demo/{path}")["Location"] == "/accounts/2fa/", path


def test_other_roles_go_on(clerks_need_it, browse, viewer):
    assert browse(viewer).get("/s/demo/preferences/").status_code == 200


@only_whole("test_it_works")
def test_the_secret_is_encrypted_at_rest(browser):
    secret = set_up(browser)
    kept = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    assert secret not in str(kept.data)


def test_a_recovery_code_works_once(browser, clerk):
    set_up(browser)
    page = browser.get("/accounts/2fa/recovery-codes/").content.decode()
    one = re.search(r"<textarea[^>]*>\s*(\d+)", page)[1]
    for expected in (302, 200):
        browser.post("/accounts/logout/")
        cache.clear()
        browser.post("/accounts/login/", {"login": clerk.user.email, "password": PASSWORD})
        assert browser.post("/accounts/2fa/authenticate/", {"code": one}).status_code == expected


def test_the_policy_is_a_rule_of_the_store(admin, browse):
    page = browse(admin).get("/s/demo/settings/").content.decode()
    assert "Who needs a second factor" in page
    form = {"reserve": "10", "second_factor_roles": ["clerk", "admin"]}
    assert browse(admin).post("/s/demo/settings/", form)["Location"] == "/s/demo/settings/"
    assert Store.objects.get(slug="demo").second_factor_roles == ["clerk", "admin"]
    assert browse(admin).get("/s/demo/settings/")["Location"] == "/accounts/2fa/"


def test_people_are_changed_after_a_fresh_sign_in_only(admin, clerk, client):
    client.force_login(admin.user)
    assert client.get("/s/demo/people/").status_code == 200
    wanted = f"/s/demo/people/{clerk.pk}/"
    asked = client.get(wanted)
    assert asked["Location"] == f"/accounts/reauthenticate/?next={wanted.replace('/', '%2F')}"
    answer = client.post("/accounts/reauthenticate/", {"password": "wrong", "next": wanted})
    assert answer.status_code == 200
    answer = client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": wanted})
    assert answer["Location"] == wanted
    assert client.get(wanted).status_code == 200


def test_a_form_that_was_left_open_changes_nothing(admin, clerk, client):
    client.force_login(admin.user)
    answer = client.post(
        f"/s/demo/people/{clerk.pk}/deactivate/",
        headers={"referer": f"http://testserver/s/demo/people/{clerk.pk}/"},
    )
    assert answer["Location"].endswith(f"?next=%2Fs%2Fdemo%2Fpeople%2F{clerk.pk}%2F")
    clerk.refresh_from_db()
    assert clerk.is_active


@only_whole("test_people_are_changed_after_a_fresh_sign_in_only")
def test_what_was_typed_too_late_is_shown_again(admin, client):
    client.force_login(admin.user)
    asked = client.post("/s/demo/branding/", {"name": "In Vain Ltd"})["Location"]
    kept = unquote(asked.partition("?next=")[2])
    assert client.get(kept)["Location"] == asked
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": kept})["Location"] == kept
    assert "In Vain Ltd" in client.get(kept).content.decode()


def test_paying_back_and_bank_details_need_one_too(admin, clerk, payment, client):
    client.force_login(admin.user)
    waiting = Change.objects.create(
        id=uuid.uuid4(),
        store=clerk.store,
        actor=clerk,
        verb=Change.Verb.SET_PAYMENT_STATUS,
        state=Change.State.WAITING,
        company_id=payment.company_id,
        after={"status": 4},
    )
    form = {
        "status": "4",
        "change_id": uuid.uuid4(),
        "batch": uuid.uuid4(),
        "seen": sealed_versions([payment]),
    }
    for answer in (
        client.get(f"/s/demo/payments/{payment.api_id}/status/4/"),
        client.post(f"/s/demo/payments/{payment.api_id}/status/", form | {"seen": sealed_version(payment)}),
        client.post("/s/demo/payments/move/together/", form),
        client.post(f"/s/demo/changes/{waiting.pk}/approve/"),
        client.get("/s/demo/branding/"),
        client.post("/s/demo/branding/", {"iban": "theirs"}),
    ):
        assert answer["Location"].startswith("/accounts/reauthenticate/?next=")
    assert list(Change.objects.values_list("state")) == [(Change.State.WAITING,)]
