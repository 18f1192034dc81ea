"""Who may do what: the whole table, and default deny."""

import pytest

from arportal.stores.access import NotAllowed, Permission, may, membership_of, require
from arportal.stores.models import Membership, Role

TABLE = {
    Role.VIEWER: {Permission.READ},
    Role.CLERK: {Permission.READ, Permission.RECORD_PAYMENT, Permission.MOVE_PAYMENT, Permission.SYNC},
    Role.CONTROLLER: set(Permission) - {Permission.SWITCH_METHODS, Permission.CONFIGURE, Permission.BRAND},
    Role.ADMIN: set(Permission),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_it_works(role, permission):
    assert may(Membership(role=role), permission) is (permission in TABLE[role])


def test_an_unknown_role_may_do_nothing():
    assert not may(Membership(role="owner"), Permission.READ)


def test_require_names_the_role():
    with pytest.raises(NotAllowed, match="Viewer"):
        require(Membership(role=Role.VIEWER), Permission.RECORD_PAYMENT)


def test_require_looks_at_the_company():
    actor = Membership(role=Role.CLERK, company_ids=[4])
    require(actor, Permission.READ, company_id=4)
    with pytest.raises(NotAllowed, match="not one of yours"):
        require(actor, Permission.READ, company_id=5)


def test_membership_of_another_store_is_none(clerk):
    assert membership_of(clerk.user, "demo") == clerk
    assert membership_of(clerk.user, "elsewhere") is None
