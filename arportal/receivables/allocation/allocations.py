"""Allocations of payments to invoices: what is open, and what may go where."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.mirror import figures
from arportal.mirror.models import Invoice
from arportal.receivables.allocation.on_the_way import on_the_way
from arportal.receivables.allocation.same_second_payments import most_open
from arportal.receivables.changes.amounts import problem_in_amount
from arportal.stores.models import Membership


@dataclass(frozen=True)
class Allocation:
    """`amount` of the payment, in its currency, to one invoice of the company."""

    invoice_id: int
    amount: Decimal


def open_invoices(actor: Membership, company_id: int) -> list[Invoice]:
    """The company's invoices that a payment can go to, oldest first."""
    invoices = Invoice.objects.visible_to(actor).filter(company_id=company_id).outstanding()
    return list(invoices.defer("raw").order_by("issued_on", "api_id"))


def open_amounts(actor: Membership, invoices: Collection[Invoice]) -> dict[int, Decimal]:
    """Invoice id → the amount left to pay: the open balance, less what is on its way to the store."""
    companies = {invoice.company_id for invoice in invoices}
    # Sure only with the company locked: that a payment was read back is written down under the same lock, so that
    # its amount is off the balance or on the way, never neither.
    coming = on_the_way(actor, companies)
    most = most_open(actor.store, companies)
    left = {each.api_id: each.open_balance - coming.get(each.api_id, Decimal(0)) for each in invoices}
    return {invoice_id: min(amount, most.get(invoice_id, amount)) for invoice_id, amount in left.items()}


def check_allocations(
    allocations: Sequence[Allocation],
    currency: str,
    invoices: Mapping[int, Invoice],
    left: Mapping[int, Decimal],
    *,
    overpay: bool,
) -> dict[str, list[str]]:
    """Reasons by form field, empty when the allocations of a payment in `currency` may be recorded.

    `invoices` are the company's open ones, `left` what is open of each, both by invoice id. `overpay`: more than is
    open may go to an invoice; what is too much becomes a credit on it.
    """
    if not allocations:
        return {"": [_("Enter an amount for at least one invoice.")]}
    problems: dict[str, list[str]] = {}
    times = Counter(each.invoice_id for each in allocations)
    for each in allocations:
        if times[each.invoice_id] > 1:
            reason = _("This invoice is here twice.")
        else:
            reason = _reason(each.amount, currency, invoices.get(each.invoice_id), left, overpay)
        if reason:
            problems[f"amount-{each.invoice_id}"] = [reason]
    return problems


def _reason(
    amount: Decimal, currency: str, invoice: Invoice | None, left: Mapping[int, Decimal], overpay: bool
) -> str:
    if invoice is None:
        return _("This company has no such open invoice.")
    if invoice.currency != currency:
        return _("This invoice is in %(other)s, the payment in %(currency)s.") % {
            "other": invoice.currency,
            "currency": currency,
        }
    if problem := problem_in_amount(Money(amount, currency)):
        return problem
    if amount > left[invoice.api_id] and not overpay:
        still_open = Money(max(left[invoice.api_id], Decimal(0)), currency)
        return _("Only %(left)s is open on this invoice.") % {"left": figures.amount(still_open)}
    return ""
