"""The rights of each role to see or do something: default deny, one table."""

import enum

from django.utils.translation import gettext as _

from arportal.stores.models import Membership, Role, User


class Permission(enum.StrEnum):
    READ = "read"
    RECORD_PAYMENT = "record payment"
    MOVE_PAYMENT = "move payment"
    REFUND_PAYMENT = "refund payment"
    EDIT_PAYMENT = "edit payment"
    DELETE_PAYMENT = "delete payment"
    APPROVE = "approve"
    REPAIR = "repair"
    EDIT_INVOICE = "edit invoice"
    DELETE_INVOICE = "delete invoice"
    WRITE_OFF = "write off"
    APPLY_CREDIT = "apply credit"
    EDIT_ORDER = "edit order"
    HOLD_CREDIT = "hold credit"
    ADMINISTER_COMPANY = "administer company"
    SWITCH_METHODS = "switch methods"
    SET_RATES = "set rates"
    SEND_MAIL = "send mail"
    EDIT_MAIL_TEXTS = "edit mail texts"
    COLLECT = "collect"
    MATCH_BANK = "match bank"
    SYNC = "sync"
    CONFIGURE = "configure"
    BRAND = "brand"
    MANAGE_PEOPLE = "manage people"
    AUDIT = "audit"
    CLOSE_MONTH = "close month"
    REOPEN_MONTH = "reopen month"


_VIEWER = frozenset({Permission.READ})
_CLERK = _VIEWER | {
    Permission.RECORD_PAYMENT,
    Permission.MOVE_PAYMENT,
    Permission.SYNC,
    Permission.SEND_MAIL,
    Permission.COLLECT,
    Permission.WRITE_OFF,
    Permission.APPLY_CREDIT,
    Permission.MATCH_BANK,
}
_CONTROLLER = _CLERK | {
    Permission.REFUND_PAYMENT,
    Permission.EDIT_PAYMENT,
    Permission.DELETE_PAYMENT,
    Permission.APPROVE,
    Permission.REPAIR,
    Permission.AUDIT,
    Permission.CLOSE_MONTH,
    Permission.EDIT_INVOICE,
    Permission.DELETE_INVOICE,
    Permission.EDIT_ORDER,
    Permission.HOLD_CREDIT,
    Permission.SET_RATES,
    Permission.EDIT_MAIL_TEXTS,
}
_ADMIN = _CONTROLLER | {
    Permission.SWITCH_METHODS,
    Permission.ADMINISTER_COMPANY,
    Permission.CONFIGURE,
    Permission.BRAND,
    Permission.MANAGE_PEOPLE,
    Permission.REOPEN_MONTH,
}
PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.CLERK: _CLERK,
    Role.CONTROLLER: _CONTROLLER,
    Role.ADMIN: _ADMIN,
}


class NotAllowed(Exception):
    """The person's role, or the companies they may see, do not cover what was asked."""


def membership_of(user: User, slug: str) -> Membership | None:
    """The person's active membership of the store at this slug, or None: then the store does not exist for them."""
    return user.memberships.active().select_related("store", "user").filter(store__slug=slug).first()


def may(actor: Membership, permission: Permission) -> bool:
    is_granted = actor.granted is None or permission in actor.granted
    return is_granted and actor.is_active and permission in PERMISSIONS.get(actor.role, frozenset())


def require(actor: Membership, permission: Permission, *, company_id: int | None = None) -> None:
    """Raises NotAllowed unless the actor may do this, to this company where one is named."""
    if not may(actor, permission):
        raise NotAllowed(_("Your role (%(role)s) does not allow this.") % {"role": actor.get_role_display()})
    if company_id is not None and not actor.sees(company_id):
        raise NotAllowed(_("This company is not one of yours."))
