"""The differences between two states of a payment, in words."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money
from arportal.desk.format.formats import formatter
from arportal.desk.format.statuses import payment_words
from arportal.mirror.models import Invoice
from arportal.receivables.allocation.lines import sums
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.models import PaymentRecord
from arportal.receivables.payments.payment_contents import Contents
from arportal.stores.models import Membership

LABELS: dict[str, Promise] = {
    "status": _lazy("Status"),
    "applied": _lazy("Counts towards balances"),
    "payer_name": _lazy("Payer"),
    "memo": _lazy("Memo"),
    "reference": _lazy("Reference"),
    "method": _lazy("Method"),
    "received_on": _lazy("Value date"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field or line that differs; `was` and `now` are "" for nothing."""

    label: str
    was: str
    now: str


def differences(was: Contents, now: Contents, numbers: Mapping[int, str]) -> list[Difference]:
    """The fields that differ, then invoices and total; `numbers` by invoice id, as `invoice_numbers` has them."""
    told = [
        Difference(str(label), _words(name, was.get(name)), _words(name, now.get(name)))
        for name, label in LABELS.items()
        if was.get(name) != now.get(name)
    ]
    before, after = sums(was.get("lines", [])), sums(now.get("lines", []))
    currency = str(now.get("currency") or was.get("currency"))
    for invoice_id in {**before, **after}:
        had, has = before.get(invoice_id), after.get(invoice_id)
        if had != has:
            label = _("Invoice %(number)s") % {"number": numbers.get(invoice_id, f"#{invoice_id}")}
            told.append(Difference(label, _amount(had, currency), _amount(has, currency)))
    total_before, total_after = sum(before.values(), Decimal(0)), sum(after.values(), Decimal(0))
    # A deleted payment has no total of nothing.
    if "lines" in was and "lines" in now and total_before != total_after:
        told.append(Difference(_("Total"), _amount(total_before, currency), _amount(total_after, currency)))
    return told


def changes_meanwhile(actor: Membership, broken: Invalid | None) -> list[Difference]:
    """The differences to what was shown, of a refusal because of them; none of another."""
    if not isinstance(broken, Conflict):
        return []
    return differences(broken.seen, broken.now, invoice_numbers(actor, broken.seen, broken.now))


def invoice_numbers(actor: Membership, *states: Contents) -> dict[int, str]:
    """Invoice id → number, of all invoices in these states that the actor may see."""
    ids = {line["invoice_id"] for state in states for line in state.get("lines", [])}
    return Invoice.objects.visible_to(actor).numbers(ids)


def _amount(amount: Decimal | None, currency: str) -> str:
    return "" if amount is None else formatter().amount(Money(amount, currency))


def _words(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if name == "status":
        return payment_words(value)
    if name == "applied":
        return {0: _("no"), 1: _("yes")}.get(value, str(value))
    if name == "method" and value in PaymentRecord.Method.values:
        return str(PaymentRecord.Method(value).label)
    if name == "received_on":
        return formatter().date(dt.date.fromisoformat(value))
    return str(value)
