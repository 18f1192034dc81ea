"""A form that is sent when the session has ended: kept for its person alone, and for a day at most."""

import datetime as dt
import logging
import re
import uuid

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from arportal.desk.models import KeptForm
from arportal.desk.site import kept_forms
from arportal.desk.site.page_owner import COOKIE
from arportal.desk.tasks import forget_kept_forms
from arportal.stores.models import Activity, Membership, Role
from tests.cast import PASSWORD, forget_activity
from tests.desk.recording.recording import Form, filled
from tests.desk.site.losing import NOTICE, Desk, next_of, value_of
from tests.whole import only_whole, whole_or

SETTINGS = "/s/demo/settings/"
TYPED = {"reserve": "77", "needs_two": "on", "limit-USD": "1,234.50"}


@pytest.fixture
def desk(store) -> Desk:
    return Desk()


@pytest.fixture
def kept(desk, admin) -> str:
    """The address of an admin's settings, sent when the session was gone."""
    desk.enter(admin)
    return desk.lose(SETTINGS, SETTINGS, TYPED)


def test_it_works(desk, admin, kept):
    assert "What you typed is kept for a day" in desk.open("/accounts/login/")
    assert desk.sign_in(admin, kept) == kept
    page = desk.open(kept)
    assert NOTICE in page
    assert (value_of(page, "reserve"), value_of(page, "limit-USD")) == ("77", "1,234.50")
    assert not Activity.objects.filter(kind="rule").exists()
    assert desk.send(kept, TYPED).status_code == 303
    assert Activity.objects.filter(kind="rule").get().details["after"]["reserve"] == 77
    assert not KeptForm.objects.exists()
    assert NOTICE not in desk.open(kept)


@only_whole("test_it_works")
def test_what_is_wrong_about_it_is_said(desk, admin):
    desk.enter(admin)
    address = desk.lose(SETTINGS, SETTINGS, {"reserve": "many"})
    desk.enter(admin)
    page = desk.open(address)
    assert "Enter a whole number" in page
    assert value_of(page, "reserve") == "many"


@only_whole("test_it_works")
def test_it_stays_until_it_is_sent(desk, admin, kept):
    desk.enter(admin)
    for _look in range(2):
        assert NOTICE in desk.open(kept)
    assert desk.send(kept, {"reserve": ""}).status_code == 422
    assert KeptForm.objects.count() == 1


@only_whole("test_it_works")
def test_discarded_by_hand(desk, admin, kept):
    desk.enter(admin)
    key = re.search(r'action="(/s/demo/kept/[^"]+)"', desk.open(kept))[1]
    for _click in range(2):
        assert desk.send(key).status_code == 303
    assert not KeptForm.objects.exists()
    assert value_of(desk.open(kept), "reserve") == "10"


def test_somebody_else_at_the_same_browser(desk, controller, kept, member):
    Membership.objects.filter(pk=controller.pk).update(role=Role.ADMIN)
    desk.sign_in(controller, kept)
    page = desk.open(kept)
    assert NOTICE not in page
    assert value_of(page, "reserve") == "10"
    assert "A form is kept" not in desk.browser.get("/", follow=True).content.decode()
    assert KeptForm.objects.count() == 1
    key = kept.partition("kept=")[2]
    desk.send(f"/s/demo/kept/{key}/discard/")
    assert KeptForm.objects.count() == 1


@only_whole("test_somebody_else_at_the_same_browser")
def test_the_form_of_one_is_not_kept_for_the_next(desk, admin, controller):
    """Left open in another tab, and sent when somebody else has signed in."""
    desk.sign_in(controller)
    desk.open("/s/demo/preferences/")
    left_open = desk.token
    Session.objects.all().delete()
    desk.sign_in(admin)
    desk.open(SETTINGS)
    desk.token = left_open
    assert desk.send("/s/demo/preferences/", {"number_format": "comma"}).status_code == 403
    Session.objects.all().delete()
    assert desk.send("/s/demo/preferences/", {"number_format": "comma"}).status_code == 403
    assert not KeptForm.objects.exists()


def test_signed_in_again_in_another_tab(desk, admin):
    """The page's token is then an old one: what was typed is shown again at once."""
    desk.sign_in(admin)
    desk.open(SETTINGS)
    left_open = desk.token
    Session.objects.all().delete()
    desk.sign_in(admin)
    desk.token = left_open
    answer = desk.send(SETTINGS, TYPED)
    assert answer.status_code == 302
    page = desk.open(answer["Location"])
    assert NOTICE in page
    assert value_of(page, "reserve") == "77"
    assert not Activity.objects.filter(kind="rule").exists()


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_another_site_cannot_plant_a_form(desk, admin, is_signed_in):
    """It knows no token of ours. (Nor does a browser send it our cookies: they are SameSite=Lax.)"""
    desk.enter(admin)
    desk.open(SETTINGS)
    if not is_signed_in:
        Session.objects.all().delete()
    for token in ("", "x" * 64, "?" * 64):
        desk.token = token
        assert desk.send(SETTINGS, TYPED, Origin="https://elsewhere.example").status_code == 403
    assert not KeptForm.objects.exists()


def test_the_cookie(desk, admin):
    desk.enter(admin)
    desk.open(SETTINGS)
    cookie = desk.browser.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert admin.user.email not in cookie.value


@pytest.mark.parametrize("spoil", whole_or(["tamper", "drop", "password", "leave"], ["tamper", "password"]))
def test_nothing_is_kept_for_whom_the_cookie_does_not_name(desk, admin, spoil):
    desk.enter(admin)
    desk.open(SETTINGS)
    if spoil == "tamper":
        desk.browser.cookies[COOKIE] = "x" + desk.browser.cookies[COOKIE].value
    if spoil == "drop":
        del desk.browser.cookies[COOKIE]
    if spoil == "password":
        admin.user.set_password("another one, quite long")
        admin.user.save()
    if spoil == "leave":
        admin.user.is_active = False
        admin.user.save()
    Session.objects.all().delete()
    assert next_of(desk.send(SETTINGS, TYPED)["Location"]) == SETTINGS
    assert not KeptForm.objects.exists()
    assert "do it once more" in desk.open("/accounts/login/")


def test_signing_out_by_hand_leaves_nothing(desk, admin, kept):
    desk.sign_in(admin)
    desk.open(SETTINGS)
    assert desk.send("/accounts/logout/").status_code == 302
    assert not KeptForm.objects.exists()
    assert not desk.browser.cookies[COOKIE].value


def test_a_day_at_most(desk, admin, kept):
    desk.enter(admin)
    now = timezone.now()
    with time_machine.travel(now + dt.timedelta(hours=23), tick=False):
        forget_kept_forms(0)
        assert NOTICE in desk.open(kept)
    with time_machine.travel(now + dt.timedelta(hours=25), tick=False):
        assert NOTICE not in desk.open(kept)
        forget_kept_forms(0)
    assert not KeptForm.objects.exists()


def test_encrypted_without_secrets_and_files(desk, admin, caplog):
    caplog.set_level(logging.DEBUG)
    desk.enter(admin)
    logo = SimpleUploadedFile("logo.png", b"picture")
    typed = {"name": "Northwind", "address": "7 Quay Lane", "password": "hush hush", "logo": logo}
    address = desk.lose("/s/demo/branding/", "/s/demo/branding/", typed)
    kept = KeptForm.objects.get()
    assert "Quay" not in kept.content + kept.path + kept.page
    found = kept_forms.find(admin.user, address.partition("kept=")[2], kept.path)
    assert found.keys() == {"name", "address"}
    ours = [each for each in caplog.records if not each.name.startswith("django.db")]
    assert not [each for each in ours if "Quay" in each.getMessage() or "hush" in each.getMessage()]


@only_whole("test_a_day_at_most")
def test_a_key_that_is_no_longer_in_use(desk, admin, kept, settings):
    settings.TOKEN_KEYS = ["b3RoZXIga2V5OiAzMiBieXRlcyBvZiBrZXkgdGV4dCE="]
    desk.enter(admin)
    assert NOTICE not in desk.open(kept)


def test_the_sign_in_form_is_not_kept(desk, admin, kept):
    KeptForm.objects.all().delete()
    desk.open("/accounts/login/")
    desk.token = "x" * 64
    assert desk.send("/accounts/login/", {"login": "me", "password": PASSWORD}).status_code == 403
    assert not KeptForm.objects.exists()


@only_whole("test_it_works")
def test_only_so_many_and_so_much(desk, admin, company, monkeypatch):
    for number in range(kept_forms.MOST + 2):
        desk.enter(admin)
        path = f"/s/demo/payments/record/{company.api_id}/{uuid.UUID(int=number)}/"
        desk.lose(SETTINGS, path, {"memo": str(number)})
    numbers = {
        int(path.split("-")[-1].strip("/")) for path in KeptForm.objects.values_list("path", flat=True)
    }
    assert numbers == set(range(2, kept_forms.MOST + 2))
    monkeypatch.setattr(kept_forms, "LARGEST", 100)
    desk.enter(admin)
    assert "kept=" not in desk.lose(SETTINGS, SETTINGS, {"reserve": "7" * 100})


@only_whole("test_a_company_that_was_lost_meanwhile")
def test_a_role_that_was_lost_meanwhile(desk, admin, kept):
    Membership.objects.filter(pk=admin.pk).update(role=Role.VIEWER)
    desk.enter(admin)
    answer = desk.browser.get(kept)
    assert (answer.status_code, NOTICE in answer.content.decode()) == (403, False)
    forget_activity()
    Membership.objects.filter(pk=admin.pk).delete()
    assert desk.browser.get(kept).status_code == 404


def test_a_company_that_was_lost_meanwhile(desk, clerk, open_invoices):
    form = Form(desk.browser, open_invoices[0].company_id)
    desk.enter(clerk)
    address = desk.lose(form.url, form.url, filled(*open_invoices))
    Membership.objects.filter(pk=clerk.pk).update(all_companies=False, company_ids=[])
    desk.enter(clerk)
    assert desk.browser.get(address).status_code == 404


@only_whole("test_it_works")
def test_found_again_from_the_front_door(desk, admin, kept):
    desk.enter(admin)
    assert kept in desk.browser.get("/", follow=True).content.decode()
