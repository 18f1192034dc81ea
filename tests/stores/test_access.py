"""Who may do what: the whole table, and default deny."""

import pytest

from arportal.stores.access import NotAllowed, Permission, may, membership_of, require
from arportal.stores.models import Membership, Role

TABLE = {
    Role.VIEWER: {Permission.READ},
    Role.CLERK: {
        Permission.READ,
        Permission.RECORD_PAYMENT,
        Permission.MOVE_PAYMENT,
        Permission.SYNC,
        Permission.SEND_MAIL,
        Permission.COLLECT,
        Permission.MATCH_BANK,
        Permission.WRITE_OFF,
        Permission.APPLY_CREDIT,
    },
    Role.CONTROLLER: set(Permission)
    - {Permission.SWITCH_METHODS, Permission.ADMINISTER_COMPANY}
    - {Permission.CONFIGURE, Permission.BRAND}
    - {Permission.MANAGE_PEOPLE, Permission.REOPEN_MONTH},
    Role.ADMIN: set(Permission),
}


def test_it_works():
    allowed = {role: {each for each in Permission if may(Membership(role=role), each)} for role in Role}
    assert allowed == TABLE


def test_an_unknown_role_may_do_nothing():
    assert not may(Membership(role="owner"), Permission.READ)


def test_who_is_deactivated_may_do_nothing():
    assert not any(may(Membership(role=Role.ADMIN, is_active=False), each) for each in Permission)


def test_a_token_gives_no_more_than_it_was_granted_and_its_person_may():
    token = Membership(role=Role.CLERK)
    token.granted = frozenset({Permission.READ, Permission.CONFIGURE})
    assert [each for each in Permission if may(token, each)] == [Permission.READ]


def test_require_names_the_role():
    with pytest.raises(NotAllowed, match=r"^Your role \(Viewer\) does not allow this\.$"):
        require(Membership(role=Role.VIEWER), Permission.RECORD_PAYMENT)


def test_require_looks_at_the_company():
    actor = Membership(role=Role.CLERK, company_ids=[4])
    require(actor, Permission.READ)
    require(actor, Permission.READ, company_id=4)
    with pytest.raises(NotAllowed, match=r"^This company is not one of yours\.$"):
        require(actor, Permission.READ, company_id=5)


def test_membership_of_another_store_is_none(clerk, django_assert_num_queries):
    with django_assert_num_queries(1):
        membership = membership_of(clerk.user, "demo")
        assert (membership, membership.store.slug, membership.user) == (clerk, "demo", clerk.user)
    assert membership_of(clerk.user, "elsewhere") is None
