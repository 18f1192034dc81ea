"""What recording a payment will do to each of its invoices, said before it is done."""

from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import dataclass

from arportal.b2b import InvoiceStatus, Money
from arportal.b2b.errors import B2BError
from arportal.mirror.api.refresh import refresh_invoices
from arportal.mirror.models import Invoice
from arportal.receivables.allocation.allocations import Allocation, lefts
from arportal.stores.models import Membership

# More than this many would keep a person waiting, and take the store's requests from others.
READ_AFRESH = 10


@dataclass(frozen=True)
class RecordedLine:
    """An invoice, and `then`, what it will be: a copy that is never saved. What is on its way to the store
    counts as paid in both, so `before` may be less than the store's own open balance."""

    invoice: Invoice
    then: Invoice
    amount: Money

    @property
    def before(self) -> Money:
        return self.after + self.amount

    @property
    def after(self) -> Money:
        return self.then.balance_money

    @property
    def credit(self) -> Money:
        """What is paid above the open balance; zero for most."""
        return max(min(-self.after, self.amount), Money.zero(self.amount.currency))


def foretell_recording(
    actor: Membership, company_id: int, allocations: Sequence[Allocation]
) -> list[RecordedLine]:
    """In the order of the allocations; invoices that the actor cannot see are left out."""
    its_invoices = Invoice.objects.visible_to(actor).filter(company_id=company_id).defer("raw")
    invoices = its_invoices.by_api_id(each.invoice_id for each in allocations)
    left = lefts(actor, invoices.values())
    lines = []
    for each in allocations:
        invoice = invoices.get(each.invoice_id)
        if invoice is not None:
            then = copy(invoice)
            then.open_balance = left[invoice.api_id] - each.amount
            # The store's rule: nothing left is paid, whatever was before, and some payment is partially paid.
            then.status = InvoiceStatus.PARTIALLY_PAID if then.open_balance > 0 else InvoiceStatus.PAID
            lines.append(RecordedLine(invoice, then, Money(each.amount, invoice.currency)))
    return lines


def read_afresh(actor: Membership, invoice_ids: Collection[int]) -> bool:
    """Reads these invoices again from the store, so that the balances shown are those of now. False when they
    are too many for that or the store cannot be asked: then the mirror has to do."""
    if len(invoice_ids) > READ_AFRESH:
        return False
    visible = Invoice.objects.visible_to(actor).filter(api_id__in=invoice_ids)
    try:
        refresh_invoices(actor.store, visible.values_list("api_id", flat=True))
    except B2BError:
        return False
    return True
