"""The invoices that an offline payment can go to when it is edited, and how much of it to each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.mirror import figures
from arportal.mirror.api.refresh import refresh_invoices
from arportal.mirror.models import Invoice, Payment
from arportal.receivables.allocation.allocations import Allocation, open_amounts
from arportal.receivables.allocation.lines import sums
from arportal.receivables.changes.amounts import problem_in_amount
from arportal.receivables.changes.errors import Conflict
from arportal.receivables.models import Change
from arportal.receivables.payments.payment_contents import Contents, counted
from arportal.stores.models import Membership


@dataclass(frozen=True, slots=True)
class AllocationLimit:
    """`has` is what of the payment goes there now; `left` the most that can, None for an invoice that the
    store no longer has. Both are in the payment's currency."""

    invoice_id: int
    invoice: Invoice | None
    has: Money
    left: Money | None

    def is_exceeded_by(self, amount: Decimal) -> bool:
        """True if the amount is more than can go there; what stays as it was, or becomes less, never is."""
        return self.left is not None and amount > max(self.left.amount, self.has.amount)

    def problem(self, amount: Decimal, may_overpay: bool) -> str:
        """The reason why this amount cannot go there; "" when it can."""
        if self.left is None:
            # The store checks every line of a payment that is written anew.
            return _("The store no longer has this invoice: leave its amount empty.")
        if problem := problem_in_amount(Money(amount, self.left.currency), self.has):
            return problem
        if self.is_exceeded_by(amount) and not may_overpay:
            left = figures.amount(self.left)
            return _("Only %(left)s can be allocated to this invoice.") % {"left": left}
        return ""


def allocation_limits(actor: Membership, payment: Payment, contents: Contents) -> dict[int, AllocationLimit]:
    """Invoice id → limit: those the payment goes to, then the company's other open ones, oldest first."""
    has, counts = sums(contents["lines"]), counted(contents)
    of_company = Invoice.objects.visible_to(actor).filter(company_id=payment.company_id)
    in_currency = of_company.filter(currency=payment.currency).defer("raw")
    paid = in_currency.by_api_id(has)
    others = in_currency.outstanding().order_by("issued_on", "api_id")
    invoices = {each: paid.get(each) for each in has} | {each.api_id: each for each in others}
    left = open_amounts(actor, [invoice for invoice in invoices.values() if invoice is not None])
    zero = Decimal(0)
    # What the payment itself takes off the balance now is open to it again.
    most = {each: max(amount + counts.get(each, zero), zero) for each, amount in left.items()}
    return {
        invoice_id: AllocationLimit(
            invoice_id,
            invoice,
            has=Money(has.get(invoice_id, zero), payment.currency),
            left=Money(most[invoice_id], payment.currency) if invoice_id in most else None,
        )
        for invoice_id, invoice in invoices.items()
    }


def check_limits(
    limits: Mapping[int, AllocationLimit], allocations: Sequence[Allocation], may_overpay: bool
) -> dict[str, list[str]]:
    """Reasons by form field."""
    if not allocations:
        return {"": [_("Leave an amount on at least one invoice, or delete the payment.")]}
    problems = {}
    for each in allocations:
        reason = _("This company has no such open invoice.")
        if limit := limits.get(each.invoice_id):
            reason = limit.problem(each.amount, may_overpay)
        if reason:
            problems[f"amount-{each.invoice_id}"] = [reason]
    return problems


def exceeds(limits: Mapping[int, AllocationLimit], allocations: Sequence[Allocation]) -> bool:
    """True if more would go to an invoice than is open."""
    return any(
        each.invoice_id in limits and limits[each.invoice_id].is_exceeded_by(each.amount)
        for each in allocations
    )


def open_before(limits: Mapping[int, AllocationLimit], allocations: Sequence[Allocation]) -> dict[str, str]:
    """Invoice id → what could go to it when it was asked for, as JSON."""
    left_of = ((each.invoice_id, limits[each.invoice_id].left) for each in allocations)
    return {str(invoice_id): str(left.amount) for invoice_id, left in left_of if left is not None}


def check_still_open(change: Change) -> None:
    """Compares before it is sent: it may have waited for days. Raises Conflict when less can go to an
    invoice by now than when it was asked for, and less than is asked for."""
    asked, has = sums(change.payload["lines"]), sums(change.before["lines"])
    counts = counted(change.before)
    refresh_invoices(change.store, asked)
    of_company = Invoice.objects.visible_to(change.actor).filter(company_id=change.company_id)
    invoices = of_company.filter(currency=change.payload["currency"]).defer("raw").by_api_id(asked)
    left = open_amounts(change.actor, invoices.values())
    zero = Decimal(0)
    for invoice_id, amount in asked.items():
        # The change itself is on its way, and must not stand in its own light.
        own = max(amount - has.get(invoice_id, zero), zero)
        now = zero
        if invoice_id in left:
            now = max(left[invoice_id] + own + counts.get(invoice_id, zero), zero)
        if own and amount > now and now < Decimal(change.before["open"][str(invoice_id)]):
            raise Conflict(_("Less is open now than when this was requested: edit the payment again."))
