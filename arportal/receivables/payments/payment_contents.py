"""Contents of payments, as a Change keeps them of before and after, and as they must still be to go on."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal import b2b
from arportal.b2b import plain
from arportal.b2b.errors import B2BError
from arportal.mirror.api.refresh import refresh_invoices, refresh_payment, refresh_receipts_of
from arportal.mirror.models import Payment
from arportal.mirror.models.payments import counts
from arportal.receivables.allocation.lines import sums
from arportal.receivables.changes import deferring
from arportal.receivables.changes.errors import Conflict, Invalid, StoreUnreadable
from arportal.receivables.models import Change
from arportal.stores.models import Membership

# JSON. status, applied (the API's numbers), payer_name, memo, currency, lines [{invoice_id, amount as text}].
Contents = dict[str, Any]
# Balances are read afresh for so many invoices of a payment; of more, the mirror's are taken.
MOST_FRESH = 20

CHANGED = _lazy("The payment was changed at the store before this was sent.")


def contents_of(payment: b2b.Payment) -> Contents:
    return {
        "status": int(payment.processing_status),
        "applied": int(payment.applied_status),
        "payer_name": payment.payer_name,
        "memo": payment.memo,
        "currency": payment.total.currency,
        "lines": [line(each.invoice_id, each.amount.amount) for each in payment.lines],
    }


def shown(payment: Payment) -> Contents:
    """The contents that the mirror has."""
    return contents_of(b2b.Payment.parse(payment.raw))


def line(invoice_id: int, amount: Decimal) -> dict[str, Any]:
    return {"invoice_id": invoice_id, "amount": plain(amount)}


def counted(contents: Contents) -> dict[int, Decimal]:
    """Invoice id → the amount by which the payment lowers its balance now."""
    return sums(contents["lines"]) if counts(contents["applied"], contents["status"]) else {}


def read_afresh(actor: Membership, payment_id: int, *, with_balances: bool = False) -> Payment:
    """The payment as the store has it now, or as the mirror has it where that is enough until it is sent. Raises
    StoreUnreadable, or Invalid when it is gone."""
    if deferring.is_deferred():
        return Payment.objects.visible_to(actor).get(api_id=payment_id)
    try:
        payment = refresh_payment(actor.store, payment_id)
        if payment is not None and with_balances:
            refresh_invoices(actor.store, list(sums(shown(payment)["lines"]))[:MOST_FRESH])
    except B2BError as error:
        raise StoreUnreadable(error) from error
    if payment is None:
        raise Invalid({"": [_("The store no longer has this payment.")]})
    return payment


def check_unchanged(seen: Contents, now: Contents) -> None:
    if seen != now:
        words = _("The payment has changed since you opened this page. Nothing was sent.")
        raise Conflict(words, seen=seen, now=now)


def read_back(change: Change) -> None:
    """Reads the payment again, the invoices it went to before and goes to now, and its receipts."""
    payment_id = change.target
    refresh_payment(change.store, payment_id)
    lines = [*change.before.get("lines", []), *change.after.get("lines", [])]
    refresh_invoices(change.store, list(sums(lines)))
    refresh_receipts_of(change.store, payment_id, change.company_id)
