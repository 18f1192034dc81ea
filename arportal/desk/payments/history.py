"""Everything that was asked of the store about one payment, by whom, and what became of it."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from arportal.b2b import Money, PaymentOperation
from arportal.desk.format.formats import formatter
from arportal.desk.format.statuses import payment_words
from arportal.desk.payments.differences import differences, invoice_numbers
from arportal.desk.site.history import DASH, Entry, latest
from arportal.receivables.allocation.allocations import sums
from arportal.receivables.models import Change
from arportal.stores.models import Membership

Verb = Change.Verb
Numbers = Mapping[int, str]
OF_PAYMENTS = (
    *(Verb.RECORD_PAYMENT, Verb.EDIT_PAYMENT, Verb.SET_PAYMENT_STATUS),
    *(Verb.OPERATE_PAYMENT, Verb.DELETE_PAYMENT),
)
OPERATIONS = {
    PaymentOperation.APPLY: lambda: _("Count towards balances"),
    PaymentOperation.REVERT: lambda: _("Stop counting towards balances"),
    PaymentOperation.PULL_FROM_ORDER: lambda: _("Read updates from its order"),
}


def history(actor: Membership, payment_id: int) -> list[Entry]:
    """The newest first, with the deletions of its receipts."""
    its_own = Q(verb__in=OF_PAYMENTS, target_id=payment_id)
    of_receipts = Q(verb=Verb.DELETE_RECEIPT, before__payment_id=payment_id)
    made = Change.objects.visible_to(actor).filter(its_own | of_receipts)
    found = list(latest(made))
    numbers = invoice_numbers(actor, *(side for each in found for side in (each.before, each.after)))
    return [Entry(change, _details(change, numbers)) for change in found]


def operation_words(operation: int) -> str:
    known = OPERATIONS.get(PaymentOperation(operation))
    return known() if known else _("Operation %(number)d") % {"number": operation}


def _details(change: Change, numbers: Numbers) -> list[str]:
    say = DETAILS.get(Verb(change.verb))
    return [line for line in say(change, numbers) if line] if say else []


def _recorded(change: Change, numbers: Numbers) -> list[str]:
    total = sum(sums(change.payload["lines"]).values(), Decimal(0))
    return [_figure(total, change.payload["currency"]), payment_words(change.payload["status"])]


def _moved(change: Change, numbers: Numbers) -> list[str]:
    was, now = (payment_words(side["status"]) for side in (change.before, change.after))
    return [f"{was} → {now}"]


def _edited(change: Change, numbers: Numbers) -> list[str]:
    found = differences(change.before, change.after, numbers)
    return [f"{each.label}: {each.was or DASH} → {each.now or DASH}" for each in found]


def _operated(change: Change, numbers: Numbers) -> list[str]:
    return [operation_words(change.payload["operation"])]


def _deleted(change: Change, numbers: Numbers) -> list[str]:
    amount = _figure(change.amount, change.currency) if change.amount is not None else ""
    return [amount, change.payload.get("reason", "")]


def _receipt_deleted(change: Change, numbers: Numbers) -> list[str]:
    return [_("Receipt #%(id)s") % {"id": change.target_id}, change.payload.get("reason", "")]


def _figure(amount: Decimal, currency: str) -> str:
    return f"{formatter().figure(Money(amount, currency))} {currency}"


DETAILS: dict[Verb, Callable[[Change, Numbers], list[str]]] = {
    Verb.RECORD_PAYMENT: _recorded,
    Verb.SET_PAYMENT_STATUS: _moved,
    Verb.EDIT_PAYMENT: _edited,
    Verb.OPERATE_PAYMENT: _operated,
    Verb.DELETE_PAYMENT: _deleted,
    Verb.DELETE_RECEIPT: _receipt_deleted,
}
