"""What differs between two states of a payment, in words."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.desk.format.formats import formatter
from arportal.desk.format.statuses import payment_words
from arportal.mirror.models import Invoice
from arportal.receivables.allocation.allocations import sums
from arportal.receivables.models import PaymentRecord
from arportal.receivables.payments.payment_contents import Contents
from arportal.stores.models import Membership

NAMES = ("status", "applied", "payer_name", "memo", "reference", "method", "received_on")


@dataclass(frozen=True, slots=True)
class Difference:
    """`was` and `now` are "" for nothing."""

    label: str
    was: str
    now: str


def differences(was: Contents, now: Contents, numbers: Mapping[int, str]) -> list[Difference]:
    """Field by field, then invoice by invoice; `numbers` by invoice id, as `invoice_numbers` has them."""
    labels = _labels()
    fields = [
        Difference(labels[name], _words(name, was.get(name)), _words(name, now.get(name)))
        for name in NAMES
        if was.get(name) != now.get(name)
    ]
    return [*fields, *_of_lines(was, now, numbers), *_of_total(was, now)]


def invoice_numbers(actor: Membership, *states: Contents) -> dict[int, str]:
    """Invoice id → number, of all invoices in these states that the actor may see."""
    ids = {line["invoice_id"] for state in states for line in state.get("lines", [])}
    return dict(Invoice.objects.visible_to(actor).filter(api_id__in=ids).values_list("api_id", "number"))


def _of_lines(was: Contents, now: Contents, numbers: Mapping[int, str]) -> Iterator[Difference]:
    before, after = sums(was.get("lines", [])), sums(now.get("lines", []))
    currency = str(now.get("currency") or was.get("currency"))
    for each in {**before, **after}:
        if before.get(each) == after.get(each):
            continue
        label = _("Invoice %(number)s") % {"number": numbers.get(each, f"#{each}")}
        yield Difference(label, _amount(before.get(each), currency), _amount(after.get(each), currency))


def _of_total(was: Contents, now: Contents) -> Iterator[Difference]:
    """Where both are payments; a deleted one has no total of nothing."""
    if "lines" in was and "lines" in now:
        before, after = (sum(sums(each["lines"]).values(), Decimal(0)) for each in (was, now))
        if before != after:
            yield Difference(_("Total"), _amount(before, now["currency"]), _amount(after, now["currency"]))


def _amount(amount: Decimal | None, currency: str) -> str:
    return "" if amount is None else f"{formatter().figure(Money(amount, currency))} {currency}"


def _labels() -> dict[str, str]:
    return {
        "status": _("Status"),
        "applied": _("Counts towards balances"),
        "payer_name": _("Payer"),
        "memo": _("Memo"),
        "reference": _("Reference"),
        "method": _("Method"),
        "received_on": _("Value date"),
    }


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
