"""How much of a payment goes to which invoice, and whether it may."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from arportal.b2b import minor_digits
from arportal.mirror.models import Invoice
from arportal.receivables.models import Change
from arportal.stores.models import Membership


@dataclass(frozen=True)
class Allocation:
    """`amount` of the payment, in its currency, to one invoice of the company."""

    invoice_id: int
    amount: Decimal


def open_invoices(actor: Membership, company_id: int) -> list[Invoice]:
    """The company's invoices that a payment can go to, oldest first."""
    invoices = Invoice.objects.visible_to(actor).filter(company_id=company_id).outstanding()
    return list(invoices.order_by("issued_at", "api_id"))


def payable(actor: Membership, company_id: int) -> dict[int, Decimal]:
    """Invoice id → what is left to pay: the open balance, less what is on its way to the store."""
    on_the_way = _on_the_way(actor, company_id)
    return {
        invoice.api_id: invoice.open_balance - on_the_way.get(invoice.api_id, Decimal(0))
        for invoice in open_invoices(actor, company_id)
    }


def check_allocations(
    actor: Membership, company_id: int, currency: str, allocations: Sequence[Allocation]
) -> dict[str, list[str]]:
    """Reasons by form field, empty when the allocations may be recorded."""
    if not allocations:
        return {"": [_("Enter an amount for at least one invoice.")]}
    invoices = {invoice.api_id: invoice for invoice in open_invoices(actor, company_id)}
    left = payable(actor, company_id)
    problems: dict[str, list[str]] = {}
    met: set[int] = set()
    for each in allocations:
        reason = _("This invoice is here twice.") if each.invoice_id in met else ""
        met.add(each.invoice_id)
        reason = reason or _reason(each.amount, currency, invoices.get(each.invoice_id), left)
        if reason:
            problems[f"amount-{each.invoice_id}"] = [reason]
    return problems


def _reason(amount: Decimal, currency: str, invoice: Invoice | None, left: dict[int, Decimal]) -> str:
    if invoice is None:
        return _("This company has no such open invoice.")
    if invoice.currency != currency:
        return _("This invoice is in %(other)s, the payment in %(currency)s.") % {
            "other": invoice.currency,
            "currency": currency,
        }
    if amount <= 0:
        return _("Enter an amount above zero.")
    if amount != round(amount, minor_digits(currency)):
        return _("%(currency)s has %(digits)d decimals.") % {
            "currency": currency,
            "digits": minor_digits(currency),
        }
    if amount > left[invoice.api_id]:
        return _("Only %(left)s is open on this invoice.") % {"left": _plain(left[invoice.api_id], currency)}
    return ""


def _plain(amount: Decimal, currency: str) -> str:
    return f"{max(amount, Decimal(0)):,.{minor_digits(currency)}f} {currency}"


def _on_the_way(actor: Membership, company_id: int) -> dict[int, Decimal]:
    """Amounts of recordings that may count at the store already, and that the mirror does not show yet."""
    recordings = (Change.objects.unsettled() | Change.objects.not_mirrored()).filter(
        store=actor.store, company_id=company_id, verb=Change.Verb.RECORD_PAYMENT
    )
    amounts: dict[int, Decimal] = {}
    for change in recordings:
        for line in change.payload["lines"]:
            amounts[line["invoice_id"]] = amounts.get(line["invoice_id"], Decimal(0)) + Decimal(
                line["amount"]
            )
    return amounts
