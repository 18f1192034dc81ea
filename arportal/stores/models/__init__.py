"""Stores, people, and the memberships that join them."""

from arportal.stores.models.activity import Activity, ActivityChain
from arportal.stores.models.api_tokens import ApiToken
from arportal.stores.models.invitations import Invitation
from arportal.stores.models.memberships import Membership, Role
from arportal.stores.models.of_company import OfCompanyQuerySet
from arportal.stores.models.stores import Store
from arportal.stores.models.users import DateFormat, Density, NumberFormat, Theme, User

__all__ = [
    "Activity",
    "ActivityChain",
    "ApiToken",
    "DateFormat",
    "Density",
    "Invitation",
    "Membership",
    "NumberFormat",
    "OfCompanyQuerySet",
    "Role",
    "Store",
    "Theme",
    "User",
]
