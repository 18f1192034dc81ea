"""Inviting people, what each may see and do, and letting them go."""

import datetime as dt
from contextlib import suppress
from threading import Barrier, Thread

import pytest
import time_machine
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from arportal.stores import invitations, people
from arportal.stores.access import NotAllowed, membership_of
from arportal.stores.invitations import NoInvitation
from arportal.stores.models import Invitation, Membership, Role, Store, User
from arportal.stores.people import Access, Refused

CLERK = Access(Role.CLERK)
SECRET = "a long enough secret"


@pytest.fixture
def invitation(admin) -> Invitation:
    return invitations.invite(admin, "New.Person@example.com ", CLERK)


def accepted(invitation: Invitation) -> Membership:
    return invitations.accept_as_new(invitations.token_of(invitation), "New Person", SECRET)


def test_it_works(invitation):
    member = accepted(invitation)
    assert (member.role, member.all_companies, member.user.email) == ("clerk", True, "new.person@example.com")
    assert member.user.check_password(SECRET)
    assert membership_of(member.user, "demo") == member


def test_a_link_works_once(invitation):
    accepted(invitation)
    with pytest.raises(NoInvitation):
        accepted(invitation)


def test_a_link_expires(invitation):
    with time_machine.travel(invitation.expires_at), pytest.raises(NoInvitation):
        accepted(invitation)
    with time_machine.travel(invitation.expires_at - dt.timedelta(seconds=1)):
        accepted(invitation)


def test_a_changed_link_is_none(invitation):
    token = invitations.token_of(invitation)
    for broken in (token[:-1], "x" + token, token.replace(":", ""), "", signing.dumps([1, ""])):
        with pytest.raises(NoInvitation):
            invitations.invitation_of(broken)


def test_inviting_again_ends_the_first_link_and_changes_what_it_gives(admin, invitation):
    first = invitations.token_of(invitation)
    again = invitations.invite(admin, "new.person@EXAMPLE.com", Access(Role.VIEWER))
    assert again.pk == invitation.pk
    with pytest.raises(NoInvitation):
        invitations.invitation_of(first)
    assert accepted(again).role == Role.VIEWER


def test_withdrawn(admin, invitation):
    invitations.withdraw(admin, invitation.pk)
    with pytest.raises(NoInvitation):
        accepted(invitation)
    with pytest.raises(Invitation.DoesNotExist):
        invitations.withdraw(admin, invitation.pk)


def test_a_weak_password_is_refused_and_the_link_stays(invitation):
    with pytest.raises(ValidationError, match="too common"):
        invitations.accept_as_new(invitations.token_of(invitation), "New", "password1234")
    accepted(invitation)


def test_who_has_an_account_keeps_it(invitation):
    """The link gives nobody a new password of somebody else's account, and works for no other account."""
    person = User.objects.create_user("new.person@example.com", "their own password")
    token = invitations.token_of(invitation)
    with pytest.raises(NoInvitation):
        invitations.accept_as_new(token, "Thief", SECRET)
    with pytest.raises(NoInvitation):
        invitations.accept(token, User.objects.create_user("other@example.com"))
    assert invitations.accept(token, person).user == person
    person.refresh_from_db()
    assert person.check_password("their own password")


def test_members_are_not_invited(admin, clerk):
    with pytest.raises(Refused, match=r"^AR clerk is a member already"):
        invitations.invite(admin, clerk.user.email, CLERK)
    people.deactivate(admin, clerk.pk)
    with pytest.raises(Refused, match=r"^AR clerk was a member before"):
        invitations.invite(admin, clerk.user.email, CLERK)


def test_changing_what_somebody_sees(admin, clerk):
    people.change_access(admin, clerk.pk, Access(Role.VIEWER, all_companies=False, company_ids=(3, 4)))
    clerk.refresh_from_db()
    assert (clerk.role, clerk.sees(3), clerk.sees(5)) == ("viewer", True, False)


@pytest.mark.parametrize(
    ("access", "reason"),
    [
        (Access(Role.CLERK, all_companies=False), "at least one company"),
        (Access(Role.ADMIN, all_companies=False, company_ids=(3,)), "An admin sees every company"),
    ],
)
def test_what_makes_no_sense_is_refused(admin, clerk, access, reason):
    with pytest.raises(Refused, match=reason):
        people.change_access(admin, clerk.pk, access)
    with pytest.raises(Refused, match=reason):
        invitations.invite(admin, "x@example.com", access)


def test_deactivated_and_reactivated(admin, clerk, browse):
    browser = browse(clerk)
    assert browser.get("/s/demo/preferences/").status_code == 200
    people.deactivate(admin, clerk.pk)
    assert browser.get("/s/demo/preferences/")["Location"].startswith("/accounts/login/")
    # Signed in anew, they find no store.
    assert browse(clerk_afresh(clerk)).get("/s/demo/preferences/").status_code == 404
    people.reactivate(admin, clerk.pk)
    assert browser.get("/s/demo/preferences/").status_code == 302, "an old session came back"
    assert browse(clerk_afresh(clerk)).get("/s/demo/preferences/").status_code == 200


def clerk_afresh(clerk: Membership) -> Membership:
    return Membership.objects.select_related("user").get(pk=clerk.pk)


def test_the_last_admin_stays(admin):
    for let_go in (
        lambda: people.deactivate(admin, admin.pk),
        lambda: people.change_access(admin, admin.pk, Access(Role.CONTROLLER)),
    ):
        with pytest.raises(Refused, match="last admin"):
            let_go()


def test_an_admin_who_cannot_sign_in_does_not_count(admin, clerk):
    people.change_access(admin, clerk.pk, Access(Role.ADMIN))
    User.objects.filter(pk=clerk.user_id).update(is_active=False)
    with pytest.raises(Refused, match="last admin"):
        people.deactivate(admin, admin.pk)


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_let_each_other_go_at_once(admin, clerk):
    people.change_access(admin, clerk.pk, Access(Role.ADMIN))
    clerk.refresh_from_db()
    both = Barrier(2)

    def let_go(actor: Membership, other: Membership) -> None:
        both.wait()
        with suppress(Refused, NotAllowed):
            people.deactivate(actor, other.pk)
        connection.close()

    threads = [Thread(target=let_go, args=pair) for pair in ((admin, clerk), (clerk, admin))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Membership.objects.active().filter(store=admin.store, role=Role.ADMIN).count() == 1


def test_only_admins_who_see_everything(admin, controller, invitation):
    Membership.objects.filter(pk=admin.pk).update(all_companies=False, company_ids=[3])
    restricted = Membership.objects.select_related("store", "user").get(pk=admin.pk)
    for actor in (controller, restricted):
        for forbidden in (
            lambda actor=actor: invitations.invite(actor, "x@example.com", CLERK),
            lambda actor=actor: invitations.withdraw(actor, invitation.pk),
            lambda actor=actor: people.change_access(actor, controller.pk, CLERK),
            lambda actor=actor: people.deactivate(actor, controller.pk),
            lambda actor=actor: people.reactivate(actor, controller.pk),
        ):
            with pytest.raises(NotAllowed):
                forbidden()


def test_people_of_other_stores_do_not_exist(admin):
    elsewhere = Store.objects.create(
        slug="elsewhere", name="E", store_hash="e", api_url="http://127.0.0.1:9/"
    )
    stranger = Membership.objects.create(user=User.objects.create_user("b@example.com"), store=elsewhere)
    theirs = Invitation.objects.create(
        store=elsewhere, email="c@example.com", invited_by=stranger, expires_at=timezone.now()
    )
    for missing in (
        lambda: people.change_access(admin, stranger.pk, CLERK),
        lambda: people.deactivate(admin, stranger.pk),
        lambda: people.reactivate(admin, stranger.pk),
    ):
        with pytest.raises(Membership.DoesNotExist):
            missing()
    with pytest.raises(Invitation.DoesNotExist):
        invitations.withdraw(admin, theirs.pk)
