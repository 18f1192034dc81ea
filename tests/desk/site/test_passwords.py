"""A forgotten password, and a new one."""

import re

from allauth.mfa.models import Authenticator
from django.core import mail

from tests.cast import PASSWORD

NEW = "another long secret"


def test_it_works(clerk, client, browse, settings):
    settings.SENDS_MAIL = True
    Authenticator.objects.create(user=clerk.user, type=Authenticator.Type.TOTP, data={})
    elsewhere = browse(clerk)
    client.post("/accounts/password/reset/", {"email": clerk.user.email.upper()})
    (message,) = mail.outbox
    assert message.subject == "A new password for arportal"
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", message.body)[1]
    form = client.get(link)["Location"]
    assert client.post(form, {"password1": "short", "password2": "short"}).status_code == 200
    answer = client.post(form, {"password1": NEW, "password2": NEW})
    assert answer["Location"] == "/accounts/password/reset/key/done/"
    clerk.user.refresh_from_db()
    assert clerk.user.check_password(NEW)
    # Who was signed in with the old one is not any more, and the link works no second time.
    assert elsewhere.get("/s/demo/preferences/").status_code == 302
    assert "invalid" in client.get(link, follow=True).content.decode()
    # A mail alone lets nobody in who has a second factor.
    answer = client.post("/accounts/login/", {"login": clerk.user.email, "password": NEW})
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/s/demo/preferences/")["Location"].startswith("/accounts/login/")


def test_without_a_mail_server_it_says_who_can_help(client, db, settings):
    settings.SENDS_MAIL = False
    for answer in (
        client.get("/accounts/password/reset/"),
        client.post("/accounts/password/reset/", {"email": "a@b.c"}),
    ):
        assert "manage.py changepassword" in answer.content.decode()
    assert not mail.outbox


def test_changing_it(clerk, browse):
    browser, elsewhere = browse(clerk), browse(clerk)
    form = {"oldpassword": "wrong", "password1": NEW, "password2": NEW}
    assert browser.post("/accounts/password/change/", form).status_code == 200
    browser.post("/accounts/password/change/", form | {"oldpassword": PASSWORD})
    clerk.user.refresh_from_db()
    assert clerk.user.check_password(NEW)
    assert browser.get("/s/demo/preferences/").status_code == 200
    assert elsewhere.get("/s/demo/preferences/").status_code == 302
