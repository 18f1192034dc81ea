"""What is open to strangers: signing in, and a forgotten password. There is no sign-up and no mail to strangers."""

import pytest
from django.core import mail


def test_it_works(client, db):
    assert client.get("/accounts/login/").status_code == 200


@pytest.mark.parametrize("path", ["signup/", "password/set/"])
def test_allauths_other_doors_lead_to_sign_in(client, db, path):
    answer = client.post(f"/accounts/{path}", {"email": "stranger@example.com"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", ["email/", "confirm-email/", "login/code/confirm/"])
def test_the_rest_does_not_exist(client, db, path):
    assert client.get(f"/accounts/{path}").status_code in (302, 404)


def test_a_stranger_gets_no_mail_and_is_not_told(client, clerk, settings):
    settings.SENDS_MAIL = True
    answers = [
        client.post("/accounts/password/reset/", {"email": email})
        for email in ("stranger@example.com", clerk.user.email)
    ]
    assert {answer["Location"] for answer in answers} == {"/accounts/password/reset/done/"}
    assert [message.to for message in mail.outbox] == [[clerk.user.email]]


@pytest.mark.parametrize("path", ["2fa/", "2fa/totp/activate/", "2fa/webauthn/add/", "2fa/recovery-codes/"])
def test_second_factors_are_ones_own(client, db, path):
    assert client.get(f"/accounts/{path}")["Location"].startswith("/accounts/login/")
