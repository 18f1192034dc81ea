"""The first admin of a new installation."""

import re

import pytest
from django.core.management import CommandError, call_command

from arportal.stores.models import Membership, Role


@pytest.fixture
def without_admin(admin):
    Membership.objects.filter(pk=admin.pk).update(is_active=False)
    return admin.store


def run(capsys, **options) -> str:
    call_command("first_admin", **{"store": "demo", "email": "Boss@example.com"} | options)
    return capsys.readouterr().out


def test_it_works(without_admin, capsys, client):
    said = run(capsys, site="https://ar.example.com/")
    url = re.search(r"https://ar\.example\.com(/invitations/\S+)", said)[1]
    assert client.get(url).status_code == 200
    client.post(url, {"name": "The Boss", "password": "long enough 1!", "again": "long enough 1!"})
    boss = Membership.objects.select_related("user", "store").get(user__email="boss@example.com")
    assert (boss.role, boss.all_companies) == (Role.ADMIN, True)
    assert client.get("/s/demo/people/").status_code == 200


def test_a_store_that_has_an_admin_gets_no_other_this_way(admin, capsys):
    with pytest.raises(CommandError, match="has an admin already"):
        run(capsys)


def test_what_is_wrong_is_said(without_admin, capsys):
    with pytest.raises(CommandError, match="There is no store nowhere"):
        run(capsys, store="nowhere")
    with pytest.raises(CommandError, match="valid email"):
        run(capsys, email="nonsense")
    with pytest.raises(CommandError, match="was a member before"):
        run(capsys, email=without_admin.memberships.get(role=Role.ADMIN).user.email)
