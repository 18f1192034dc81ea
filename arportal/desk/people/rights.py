"""What each role may do, in words, as `stores/access.py` has it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy

from arportal.stores.access import PERMISSIONS, Permission
from arportal.stores.models import Role

# Of those whose name says too little.
WORDS: dict[Permission, Promise] = {
    Permission.READ: _lazy("See invoices, payments, orders, reports and documents"),
    Permission.RECORD_PAYMENT: _lazy("Record payments, and money on account"),
    Permission.MOVE_PAYMENT: _lazy("Move payments to another status"),
    Permission.REFUND_PAYMENT: _lazy("Refund payments, and take refunds back"),
    Permission.APPROVE: _lazy("Approve what others ask for above the limit"),
    Permission.REPAIR: _lazy("Repair payments that disagree with the store"),
    Permission.EDIT_INVOICE: _lazy("Make and edit invoices"),
    Permission.WRITE_OFF: _lazy("Write off small balances, within the limits"),
    Permission.APPLY_CREDIT: _lazy("Apply credits to invoices"),
    Permission.HOLD_CREDIT: _lazy("Put a company's credit on hold"),
    Permission.ADMINISTER_COMPANY: _lazy("Set a company's credit, terms, status, parent and buyers"),
    Permission.SWITCH_METHODS: _lazy("Decide how a company may pay"),
    Permission.SET_RATES: _lazy("Set exchange rates"),
    Permission.SEND_MAIL: _lazy("Send statements and reminders"),
    Permission.EDIT_MAIL_TEXTS: _lazy("Edit the texts of mails"),
    Permission.COLLECT: _lazy("Collect: notes, promises, disputes"),
    Permission.MATCH_BANK: _lazy("Upload bank files and say what their lines are"),
    Permission.SYNC: _lazy("Start a sync by hand"),
    Permission.CONFIGURE: _lazy("Set the store's rules"),
    Permission.BRAND: _lazy("Brand documents, and name the bank account"),
    Permission.MANAGE_PEOPLE: _lazy("Invite people and change what they may"),
    Permission.AUDIT: _lazy("See sign-ins, roles and tokens in the activity"),
    Permission.CLOSE_MONTH: _lazy("Close months"),
    Permission.REOPEN_MONTH: _lazy("Open closed months again"),
}


@dataclass(frozen=True, slots=True)
class Right:
    """One thing to do, and whether each role may, in the order of the roles."""

    name: str
    roles: tuple[bool, ...]


def words_of(permission: Permission) -> str:
    return str(WORDS.get(permission, permission.value.capitalize()))


def rights() -> list[Right]:
    return [
        Right(
            words_of(permission),
            tuple(permission in PERMISSIONS[role] for role in Role),
        )
        for permission in Permission
    ]
