"""What stands around every page: sign-in, theme, freshness, the other stores, and no inline script."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from arportal.mirror.models import SyncPass
from arportal.stores.models import Membership, Role
from tests.cast import PASSWORD
from tests.whole import only_whole, whole_or


def test_signing_in(client, viewer):
    answer = client.post(
        "/accounts/login/", {"login": "viewer@example.com", "password": PASSWORD}, follow=True
    )
    assert answer.redirect_chain[-1][0] == "/s/demo/"


def test_a_wrong_password(client, viewer):
    answer = client.post("/accounts/login/", {"login": "viewer@example.com", "password": "guess"})
    assert "not correct" in answer.content.decode()
    assert 'value="viewer@example.com"' in answer.content.decode()


def test_signing_out(viewer, browse):
    browser = browse(viewer)
    browser.post("/accounts/logout/")
    assert browser.get("/s/demo/").status_code == 302


@pytest.mark.parametrize("theme", whole_or(["light", "dark"], ["dark"]))
def test_the_theme_is_remembered(viewer, browse, theme):
    browser = browse(viewer)
    answer = browser.post("/theme/", {"theme": theme, "next": "/s/demo/invoices/"})
    assert answer["Location"] == "/s/demo/invoices/"
    assert f'<html lang="en" data-bs-theme="{theme}">' in browser.get("/s/demo/").content.decode()


def test_a_foreign_way_back_is_not_taken(client):
    answer = client.post("/theme/", {"theme": "dark", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


def test_no_such_theme(client):
    assert client.post("/theme/", {"theme": '"><script>'}).status_code == 422


@only_whole("test_no_such_theme")
def test_a_forged_theme_cookie_is_ignored(viewer, browse):
    browser = browse(viewer)
    browser.cookies["theme"] = "x onload=alert(1)"
    assert '<html lang="en">' in browser.get("/s/demo/").content.decode()


def test_no_inline_script_or_style_and_every_htmx_link_has_a_real_one(controller, browse):
    browser = browse(controller)
    for page in whole_or(
        ("", "invoices/", "payments/", "companies/", "payments/record/"), ("payments/", "payments/record/")
    ):
        text = browser.get(f"/s/demo/{page}").content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)", text), page
        links = re.findall(r"<a\b[^>]*hx-get[^>]*>", text)
        forms = re.findall(r"<form\b[^>]*hx-post[^>]*>", text)
        assert not [tag for tag in links if 'href="' not in tag], page
        assert not [tag for tag in forms if 'action="' not in tag], page


@only_whole("desk/site/test_freshness.py::test_it_works")
@pytest.mark.parametrize(
    ("age", "problem", "words", "look"),
    [
        (dt.timedelta(minutes=2), "", "Synced 2 minutes ago", '"fresh "'),
        (dt.timedelta(hours=3), "", "Synced 3 hours ago", "is-stale"),
    ],
)
def test_how_fresh_the_figures_are(books, see, age, problem, words, look):
    started = timezone.now() - age
    SyncPass.objects.create(store=books.store, kind="full", started_at=started, finished_at=started)
    text = see("").content.decode()
    assert words in text
    assert look in text


@only_whole("desk/site/test_freshness.py::test_what_fails_is_said")
def test_a_failed_sync_is_not_hidden(books, see):
    now = timezone.now()
    SyncPass.objects.create(
        store=books.store, kind="full", started_at=now, finished_at=now, problem="Store is down"
    )
    text = see("").content.decode()
    assert "Not synced yet" in text
    assert "Store is down" in text


@only_whole("test_what_is_not_there_keeps_the_navigation")
def test_the_other_stores(viewer, books, browse):
    assert "store-menu" not in browse(viewer).get("/s/demo/").content.decode()
    Membership.objects.create(user=viewer.user, store=books.store, role=Role.VIEWER)
    assert 'href="/s/books/"' in browse(viewer).get("/s/demo/").content.decode()


def test_figures_are_not_left_in_the_browser(viewer, browse):
    assert "no-store" in browse(viewer).get("/s/demo/")["Cache-Control"]


def test_a_form_without_its_token(clerk, store):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(clerk.user)
    answer = browser.post("/theme/", {"theme": "dark"})
    assert answer.status_code == 403
    assert "This form has expired" in answer.content.decode()


def test_what_is_not_there_keeps_the_navigation(viewer, browse):
    browser = browse(viewer)
    for path in ("/s/demo/invoices/999999999/", "/nothing/", "/s/elsewhere/"):
        answer = browser.get(path)
        text = answer.content.decode()
        assert answer.status_code == 404, path
        assert "There is nothing here" in text, path
        assert 'href="/s/demo/payments/"' in text, path


def test_a_stranger_is_told_of_no_store(client, store):
    answer = client.get("/s/demo/nothing/", follow=True)
    assert 'href="/s/demo/payments/"' not in answer.content.decode()
