"""The people of a store: the list, one of them, and inviting somebody."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail

from arportal.mirror.models import Company
from arportal.stores.access import PERMISSIONS, Permission
from arportal.stores.accounts import factors_of
from arportal.stores.models import Activity, Invitation, Membership, Role, Store, User
from tests.whole import only_whole


@pytest.fixture
def browser(admin, browse):
    return browse(admin)


@pytest.fixture
def families(store) -> list[Company]:
    """A company with a subsidiary, and one of the same name as its subsidiary."""
    return [
        Company.objects.create(store=store, api_id=api_id, parent_id=parent, name=name, status=1)
        for api_id, parent, name in ((9001, None, "Top & Co"), (9002, 9001, "Twin"), (9003, None, "Twin"))
    ]


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def sent(browser, address: str, **fields):
    return browser.post(
        f"/s/demo/people/{address}", {"role": "clerk", "sees": "all", "companies": ""} | fields
    )


def test_it_works(browser, clerk):
    Membership.objects.filter(pk=clerk.pk).update(is_active=False)
    words = text(browser.get("/s/demo/people/"))
    for member in Membership.objects.filter(store=clerk.store):
        assert member.user.email in words
    assert "Deactivated" in words
    assert "Never" in words


def test_the_table_of_roles_is_the_one_that_counts(browser):
    rows = browser.get("/s/demo/people/").content.decode().split('<th scope="row">')[1:]
    marks = [[mark == "yes" for mark in re.findall(r">(yes|no)<", row)] for row in rows]
    assert marks == [[permission in PERMISSIONS[role] for role in Role] for permission in Permission]
    assert rows[0].startswith("See invoices")


def test_a_role_and_companies_with_their_subsidiaries(browser, clerk, families):
    answer = sent(browser, f"{clerk.pk}/", role="viewer", sees="families", companies=" top  & co\n\n")
    assert answer["Location"] == "/s/demo/people/"
    clerk.refresh_from_db()
    assert (clerk.role, clerk.all_companies, clerk.families) == ("viewer", False, [9001])
    assert clerk.company_ids == [9001, 9002]
    assert "1 company with subsidiaries" in text(browser.get("/s/demo/people/"))
    # The form says what was chosen; sent as it is, it changes nothing.
    page = browser.get(f"/s/demo/people/{clerk.pk}/").content.decode()
    assert "Top &amp; Co (9001)</textarea>" in page
    sent(browser, f"{clerk.pk}/", role="viewer", sees="families", companies="Top & Co (9001)")
    clerk.refresh_from_db()
    assert clerk.families == [9001]


def test_what_names_no_company_or_two_is_refused(browser, clerk, families):
    answer = sent(browser, f"{clerk.pk}/", sees="chosen", companies="Twin\nNobody Inc\n9002")
    assert answer.status_code == 422
    words = text(answer)
    assert "Several companies are called Twin: write its number." in words
    assert "There is no company Nobody Inc." in words
    assert "9002." not in words
    clerk.refresh_from_db()
    assert clerk.all_companies


@only_whole("test_what_names_no_company_or_two_is_refused")
def test_no_company_is_refused_beside_its_field(browser, clerk):
    answer = sent(browser, f"{clerk.pk}/", sees="chosen")
    assert answer.status_code == 422
    assert re.search(r'id="id_companies".*?Name at least one company', answer.content.decode(), re.DOTALL)


@only_whole("test_a_role_and_companies_with_their_subsidiaries")
def test_a_company_that_is_gone_stays_chosen(browser, clerk, families):
    Membership.objects.filter(pk=clerk.pk).update(all_companies=False, company_ids=[777, 9001])
    page = browser.get(f"/s/demo/people/{clerk.pk}/").content.decode()
    assert "(777)\nTop &amp; Co (9001)</textarea>" in page
    sent(browser, f"{clerk.pk}/", sees="chosen", companies="(777)\nTop & Co (9001)")
    clerk.refresh_from_db()
    assert clerk.company_ids == [777, 9001]
    assert sent(browser, f"{clerk.pk}/", sees="chosen", companies="(778)").status_code == 422


def test_deactivating_and_reactivating(browser, clerk, browse):
    theirs = browse(clerk)
    assert theirs.get("/s/demo/").status_code == 200
    assert browser.post(f"/s/demo/people/{clerk.pk}/deactivate/").status_code == 303
    assert theirs.get("/s/demo/")["Location"].startswith("/accounts/login/")
    assert "Reactivate" in text(browser.get(f"/s/demo/people/{clerk.pk}/"))
    browser.post(f"/s/demo/people/{clerk.pk}/reactivate/")
    clerk.refresh_from_db()
    assert clerk.is_active


@pytest.mark.usefixtures("confined")
def test_the_second_factor_of_who_has_lost_it(browser, admin, clerk, browse, settings):
    settings.SENDS_MAIL = True
    for person in (clerk, admin):
        Authenticator.objects.create(user=person.user, type=Authenticator.Type.TOTP, data={})
    other = Store.objects.create(slug="other", name="Other", store_hash="other", api_url="http://127.0.0.1:9")
    theirs, page = browse(clerk), f"/s/demo/people/{clerk.pk}/"
    Membership.objects.create(user=clerk.user, store=other, role=Role.VIEWER)
    answer = browser.post(f"{page}second-factor/remove/")
    assert (answer.status_code, "It guards another store" in text(answer)) == (422, True)
    Membership.objects.create(user=admin.user, store=other, role=Role.ADMIN, all_companies=True)
    assert "Remove the second factor" in text(browser.get(page))
    assert browser.post(f"{page}second-factor/remove/")["Location"] == page
    assert [person.user for person in (clerk, admin) if factors_of(person.user)] == [admin.user]
    assert theirs.get("/s/demo/")["Location"].startswith("/accounts/login/")
    (message,) = mail.outbox
    assert (message.to, "has removed your second factor" in message.body) == ([clerk.user.email], True)
    rows = Activity.objects.filter(words=f"Removed the second factor of {clerk.user}")
    assert set(rows.values_list("store__slug", "actor__user")) == {
        (s, admin.user_id) for s in ("demo", "other")
    }
    # Neither one that is gone, nor one's own.
    for pk, words in ((clerk.pk, "They have no second factor"), (admin.pk, "Your own second factor")):
        answer = browser.post(f"/s/demo/people/{pk}/second-factor/remove/")
        assert (answer.status_code, words in text(answer)) == (422, True)
    assert factors_of(admin.user)


def test_the_last_admin(browser, admin):
    answer = browser.post(f"/s/demo/people/{admin.pk}/deactivate/")
    assert (answer.status_code, "last admin" in text(answer)) == (422, True)
    answer = sent(browser, f"{admin.pk}/", role="viewer")
    assert re.search(r'id="id_role".*?last admin', answer.content.decode(), re.DOTALL)


def test_an_invitation_without_a_mail_server(browser, settings):
    settings.SENDS_MAIL = False
    answer = sent(browser, "invite/", email="New@example.com")
    page = browser.get(answer["Location"])
    assert re.search(r'value="http://testserver/invitations/[^"]+" readonly', page.content.decode())
    assert "No mail server is set" in text(page)
    assert not mail.outbox
    assert "new@example.com" in text(browser.get("/s/demo/people/"))


@only_whole("test_an_invitation_without_a_mail_server")
def test_an_invitation_by_mail(browser, settings, client):
    settings.SENDS_MAIL = True
    page = browser.get(sent(browser, "invite/", email="new@example.com")["Location"])
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["new@example.com"], "Your invitation to Demo store")
    url = re.search(r"http://testserver(/invitations/\S+)", message.body)[1]
    # Who accepts is to be who reads mails at this address, and not the admin.
    assert "/invitations/" not in page.content.decode()
    assert client.get(url).status_code == 200


@only_whole("test_an_invitation_without_a_mail_server")
def test_a_mail_server_that_fails_loses_nothing(browser, settings):
    settings.SENDS_MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    answer = sent(browser, "invite/", email="new@example.com")
    page = browser.get(answer["Location"])
    assert "The mail could not be sent" in text(page)
    assert "readonly" in page.content.decode()
    assert Invitation.objects.get().mailed_at is None


def test_again_and_withdrawn(browser, client):
    where = sent(browser, "invite/", email="new@example.com")["Location"]
    link = re.compile(r'value="http://testserver([^"]+)"')
    first = link.search(browser.get(where).content.decode())[1]
    browser.post(f"{where}again/")
    second = link.search(browser.get(where).content.decode())[1]
    assert [client.get(url).status_code for url in (first, second)] == [410, 200]
    browser.post(f"{where}withdraw/")
    assert client.get(second).status_code == 410
    assert browser.post(f"{where}withdraw/").status_code == 404


@only_whole("test_what_names_no_company_or_two_is_refused")
def test_refusals_stand_beside_the_address(browser, clerk):
    answer = sent(browser, "invite/", email=clerk.user.email)
    assert re.search(r'id="id_email".*?is a member already', answer.content.decode(), re.DOTALL)
    assert sent(browser, "invite/", email="nonsense").status_code == 422


def test_accepting(browser, client):
    where = sent(browser, "invite/", email="new@example.com", role="viewer")["Location"]
    url = re.search(r'value="http://testserver([^"]+)"', browser.get(where).content.decode())[1]
    wrong = client.post(url, {"name": "New", "password": "long enough 1!", "again": "long enough 2!"})
    assert (wrong.status_code, "not the same" in text(wrong)) == (422, True)
    weak = client.post(url, {"name": "New", "password": "short", "again": "short"})
    assert re.search(r'id="id_password".*?too short', weak.content.decode(), re.DOTALL)
    answer = client.post(url, {"name": "New Person", "password": "long enough 1!", "again": "long enough 1!"})
    assert answer["Location"] == "/s/demo/"
    page = client.get("/s/demo/")
    assert "New Person" in text(page)
    assert client.get("/s/demo/people/").status_code == 403
    assert client.get(url).status_code == 410


def test_accepting_with_an_account_one_has(browser, client):
    person = User.objects.create_user("old@example.com", "their own password", name="Old")
    where = sent(browser, "invite/", email="old@example.com")["Location"]
    url = re.search(r'value="http://testserver([^"]+)"', browser.get(where).content.decode())[1]
    asked = client.get(url)
    assert (asked.status_code, "has an account already" in text(asked)) == (403, True)
    assert client.post(url, {"name": "Thief", "password": "x" * 20, "again": "x" * 20}).status_code == 403
    assert "somebody else is signed in" in text(browser.get(url))
    client.force_login(person)
    assert "Accept" in text(client.get(url))
    assert client.post(url)["Location"] == "/s/demo/"
    assert Membership.objects.get(user=person).role == "clerk"
