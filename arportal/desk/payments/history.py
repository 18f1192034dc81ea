"""The history of one payment: all that was asked of the store about it, by whom, and what became of it."""

from collections.abc import Mapping
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from arportal.b2b import Money, PaymentOperation
from arportal.desk.format.formats import formatter
from arportal.desk.format.statuses import payment_words
from arportal.desk.payments.differences import differences, invoice_numbers
from arportal.desk.site.history import DASH, Entry, latest
from arportal.receivables.allocation.lines import sums
from arportal.receivables.changes.telling import verbs_about
from arportal.receivables.models import Change
from arportal.stores.models import Activity, Membership

Verb = Change.Verb
OPERATIONS = {
    PaymentOperation.APPLY: lambda: _("Count towards balances"),
    PaymentOperation.REVERT: lambda: _("Stop counting towards balances"),
    PaymentOperation.PULL_FROM_ORDER: lambda: _("Read updates from its order"),
}


def history(actor: Membership, payment_id: int) -> list[Entry]:
    """The newest first, with the deletions of its receipts."""
    its_own = Q(verb__in=verbs_about(Activity.About.PAYMENT), target_id=payment_id)
    of_receipts = Q(verb=Verb.DELETE_RECEIPT, before__payment_id=payment_id)
    changes = list(latest(Change.objects.visible_to(actor).filter(its_own | of_receipts)))
    states = [state for change in changes for state in (change.before, change.after)]
    numbers = invoice_numbers(actor, *states)
    return [Entry(change, list(filter(None, details(change, numbers)))) for change in changes]


def operation_words(operation: int) -> str:
    known = OPERATIONS.get(PaymentOperation(operation))
    return known() if known else _("Operation %(number)d") % {"number": operation}


def details(change: Change, numbers: Mapping[int, str]) -> list[str]:
    """The lines that stand under a change of a payment; "" for what it does not say."""
    asked = change.payload
    match change.verb:
        case Verb.RECORD_PAYMENT:
            total = Money(sum(sums(asked["lines"]).values(), Decimal(0)), asked["currency"])
            return [formatter().amount(total), payment_words(asked["status"])]
        case Verb.SET_PAYMENT_STATUS:
            was, now = change.before["status"], change.after["status"]
            return [f"{payment_words(was)} → {payment_words(now)}"]
        case Verb.EDIT_PAYMENT:
            edited = differences(change.before, change.after, numbers)
            return [f"{field.label}: {field.was or DASH} → {field.now or DASH}" for field in edited]
        case Verb.OPERATE_PAYMENT:
            return [operation_words(asked["operation"])]
        case Verb.DELETE_PAYMENT:
            amount = change.amount
            figure = "" if amount is None else formatter().amount(Money(amount, change.currency))
            return [figure, asked.get("reason", "")]
        case Verb.DELETE_RECEIPT:
            return [_("Receipt #%(id)s") % {"id": change.target_id}, asked.get("reason", "")]
    return []
