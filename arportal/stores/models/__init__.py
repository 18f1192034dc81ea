"""Stores, people, and the memberships that join them."""

from arportal.stores.models.invitations import Invitation
from arportal.stores.models.memberships import Membership, Role
from arportal.stores.models.rule_changes import RuleChange
from arportal.stores.models.stores import Store
from arportal.stores.models.users import DateFormat, Density, NumberFormat, Theme, User

__all__ = [
    "DateFormat",
    "Density",
    "Invitation",
    "Membership",
    "NumberFormat",
    "Role",
    "RuleChange",
    "Store",
    "Theme",
    "User",
]
