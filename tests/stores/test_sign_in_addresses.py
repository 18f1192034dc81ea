"""Only sign-in and sign-out are open; there is no sign-up and no mail to strangers."""

import pytest


def test_it_works(client, db):
    assert client.get("/accounts/login/").status_code == 200


@pytest.mark.parametrize("path", ["signup/", "password/reset/"])
def test_allauths_other_doors_lead_to_sign_in(client, db, path):
    answer = client.post(f"/accounts/{path}", {"email": "stranger@example.com"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", ["email/", "password/change/", "confirm-email/"])
def test_the_rest_does_not_exist(client, db, path):
    assert client.get(f"/accounts/{path}").status_code in (302, 404)
