"""What a payment can go to: the company's open invoices in one currency, as the form shows them."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.mirror.models import Company, Invoice
from arportal.receivables.allocation.allocations import open_amounts, open_invoices
from arportal.receivables.allocation.proposals import Open
from arportal.stores.models import Membership

# A longer form cannot be worked with; beyond it the oldest are shown, and those picked elsewhere.
MOST = 500
FIELD = re.compile(r"amount-([0-9]{1,18})")
CODE = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Payable:
    """An open invoice and how much of it can still be paid."""

    invoice: Invoice
    left: Money

    @property
    def on_the_way(self) -> Money:
        return self.invoice.open_money - self.left


class Sheet:
    """`currency` is the one asked for; where none is, that of the oldest open invoice. Nothing need be open in it:
    `is_payable` says so."""

    def __init__(
        self, actor: Membership, company: Company, currency: str = "", picked: Collection[int] = ()
    ) -> None:
        self.actor, self.company = actor, company
        self._open = open_invoices(actor, company.api_id)
        self.currencies = list(dict.fromkeys(invoice.currency for invoice in self._open))
        first = next(iter(self.currencies), actor.store.currency)
        self.currency = currency if CODE.fullmatch(currency) else first
        self.is_payable = not currency or currency in self.currencies
        self._mine = [invoice for invoice in self._open if invoice.currency == self.currency]
        shown = {invoice.api_id for invoice in self._mine[:MOST]} | set(picked)
        self._shown = [invoice for invoice in self._mine if invoice.api_id in shown]

    @property
    def may_overpay(self) -> bool:
        return bool(self.actor.store.allow_overpayment)

    @cached_property
    def payables(self) -> list[Payable]:
        """Oldest first."""
        left = open_amounts(self.actor, self._shown)
        return [Payable(invoice, Money(left[invoice.api_id], self.currency)) for invoice in self._shown]

    @property
    def left_out(self) -> int:
        """How many open invoices in the currency are not shown."""
        return len(self._mine) - len(self._shown)

    @property
    def open_total(self) -> Money:
        return sum((payable.left for payable in self.payables), Money.zero(self.currency))

    def opens(self) -> Sequence[Open]:
        return [Open(each.invoice.api_id, each.left.amount, each.invoice.due_on) for each in self.payables]

    def named(self, field: str, reason: str) -> str:
        """The reason with the number of the invoice it is about, for amounts that have no field here."""
        found = FIELD.fullmatch(field)
        if found is None:
            return reason
        of_company = Invoice.objects.visible_to(self.actor).filter(company_id=self.company.api_id)
        invoice = of_company.filter(api_id=int(found[1])).first()
        words = _("Invoice %(number)s: %(reason)s")
        return words % {"number": invoice.number if invoice else found[1], "reason": reason}
