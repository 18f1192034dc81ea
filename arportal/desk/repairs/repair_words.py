"""The findings of reconciliation, in plain words."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from arportal.b2b import Money
from arportal.desk.format.formats import formatter
from arportal.receivables.models import Discrepancy
from arportal.receivables.reconciliation.discrepancies import Kind


def money_of(discrepancy: Discrepancy) -> Money | None:
    """The amount of one of the payments in question, as the store has it or as it was asked for."""
    shown = next(iter(discrepancy.details.get("held", [])), None) or discrepancy.details.get("asked")
    if shown:
        return Money(Decimal(shown["total"]), shown["currency"])
    if discrepancy.change is not None and discrepancy.change.amount is not None:
        return Money(discrepancy.change.amount, discrepancy.change.currency)
    return None


SAYING = {
    "deleted": _lazy(
        "%(who)s asked for it on %(when)s, and it was deleted here since. The store has it again, or a copy that "
        "came late."
    ),
    Kind.UNWANTED: _lazy(
        "%(who)s asked for it on %(when)s, and was told that it was not done%(reason)s The store has it anyway. If "
        "it was entered again since, delete this one; if not, leave it."
    ),
    Kind.UNKNOWN: _lazy(
        "Its memo carries our mark, but nothing here has its id: our records were restored from an older copy, or "
        "another installation works on the same store."
    ),
    Kind.DIFFERS: _lazy(
        "%(who)s asked for it on %(when)s, but the store has something else: it was changed there, or not written as "
        "it was sent."
    ),
    Kind.MISSING: _lazy(
        "%(who)s recorded it on %(when)s, and the store no longer has it: it was deleted there, and its invoices are "
        "open again."
    ),
    Kind.STUCK: _lazy(
        "%(who)s asked for it on %(when)s, and since then the store has not told what became of it. Nothing is sent "
        "twice meanwhile. Look whether the store can be reached, and at the change itself."
    ),
}


def what(discrepancy: Discrepancy) -> str:
    """The fault in words, and what it means."""
    change, count = discrepancy.change, len(discrepancy.payment_ids)
    words = {
        "who": change.actor.user if change else "",
        "when": formatter().moment(change.asked_at) if change else "",
        "count": count,
        "reason": f" ({change.error.rstrip('.')})." if change and change.error else ".",
    }
    if discrepancy.kind == Kind.DOUBLE:
        saying = ngettext(
            "%(who)s asked for it once, on %(when)s. The store has it %(count)d time.",
            "%(who)s asked for it once, on %(when)s. The store has it %(count)d times: the surplus "
            "lowers balances that nobody has paid. Keep one and delete the rest.",
            count,
        )
        return saying % words
    is_deleted = discrepancy.kind == Kind.UNWANTED and (discrepancy.details.get("asked") or {}).get(
        "is_deleted"
    )
    return str(SAYING["deleted" if is_deleted else Kind(discrepancy.kind)]) % words


def asked_and_held(discrepancy: Discrepancy, numbers: dict[int, str]) -> list[dict[str, Any]]:
    """Invoice by invoice what was asked for and what the store has, for one that differs; Money or None."""
    asked, held = discrepancy.details["asked"], discrepancy.details["held"][0]
    was, now = ({line["invoice_id"]: line["amount"] for line in each["lines"]} for each in (asked, held))
    rows = [
        {
            "what": numbers.get(invoice_id, f"#{invoice_id}"),
            "asked": _money(was.get(invoice_id), asked["currency"]),
            "held": _money(now.get(invoice_id), held["currency"]),
        }
        for invoice_id in {**was, **now}
    ]
    totals = {
        "asked": _money(asked["total"], asked["currency"]),
        "held": _money(held["total"], held["currency"]),
    }
    return [*rows, {"what": _("Total"), **totals, "is_total": True}]


def _money(amount: str | None, currency: str) -> Money | None:
    return None if amount is None else Money(Decimal(amount), currency)
