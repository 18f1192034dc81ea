"""An invoice of the mirror as an EN 16931 document, or everything that stands in its way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from arportal.b2b import InvoiceLine, Money
from arportal.documents.einvoices.costs import costs_of
from arportal.documents.einvoices.document import (
    CREDIT_NOTE,
    INVOICE,
    NOTHING,
    Charge,
    Document,
    Line,
    TaxSum,
    Totals,
    bases_of,
)
from arportal.documents.einvoices.facts import Buyer, Facts, Tax, folded
from arportal.documents.einvoices.parties import address_of, buying, delivering, paying, selling
from arportal.documents.einvoices.reasons import Incomplete, Place, Reason
from arportal.documents.einvoices.rules.broken import broken_rules
from arportal.documents.einvoices.text import cleaned, one_line
from arportal.documents.invoice_view import details_of, is_credit_note
from arportal.mirror.models import Invoice

# Rules about lines and charges whose tax is not known.
NO_TAX = frozenset(("BR-CO-04", "BR-32", "BR-37"))


def document_of(invoice: Invoice, facts: Facts, buyer: Buyer) -> Document:
    """The e-invoice of an invoice. Raises Incomplete with all that is missing or does not add up."""
    draft = Draft(invoice, facts, buyer)
    document = draft.document()
    if draft.reasons:
        # While a part is not understood, sums that do not fit say nothing that helps, nor that its tax is missing.
        others = (reason for reason in broken_rules(document, with_sums=False) if reason.rule not in NO_TAX)
        raise Incomplete(dict.fromkeys([*draft.reasons, *others]))
    if broken := broken_rules(document):
        raise Incomplete(broken)
    return document


class Draft:
    """One invoice on its way to a document; what cannot be said of it is collected in `reasons`."""

    def __init__(self, invoice: Invoice, facts: Facts, buyer: Buyer) -> None:
        self.invoice = invoice
        self.seller = facts.seller
        self.rules = facts.rules
        self.buyer = buyer
        self.details = details_of(invoice)
        # A credit is an invoice of less than nothing here, and of more than nothing there.
        self.sign = -1 if is_credit_note(invoice) else 1
        self.address = address_of(self.details.billing_address, buyer.country)
        self.costs = costs_of(
            self.details.cost_lines,
            self.rules,
            country=self.address.country,
            currency=invoice.currency,
            sign=self.sign,
        )
        self.reasons: list[Reason] = list(self.costs.reasons)

    def _object(
        self, field: str, words: str, rule: str, of: Place = "invoice", by: Decimal | None = None
    ) -> None:
        money = None if by is None else Money(abs(by), self.invoice.currency)
        self.reasons.append(Reason(field, words, rule, of, money))

    def document(self) -> Document:
        invoice = self.invoice
        terms = invoice.raw.get("termsConditions")
        name, given = invoice.company_name, self.details.billing_address
        lines, charges = self.lines, self.charges
        has_no_tax = any(tax.category == "O" for tax in _taxes_of(lines, charges))
        return Document(
            number=one_line(invoice.number),
            kind=CREDIT_NOTE if self.sign < 0 else INVOICE,
            issued_on=invoice.issued_on,
            due_on=invoice.due_on,
            currency=invoice.currency,
            terms=cleaned(terms) if isinstance(terms, str) else "",
            buyer_reference=one_line(self.buyer.buyer_reference),
            purchase_order=one_line(invoice.purchase_order_number),
            sales_order=one_line(invoice.order_number),
            seller=selling(self.seller, has_no_tax=has_no_tax),
            buyer=buying(self.buyer, name, given, self.address, has_no_tax=has_no_tax),
            delivery=delivering(self.details, self.buyer.legal_name or name),
            payment=paying(self.seller, invoice.currency, invoice.number),
            lines=lines,
            charges=charges,
            taxes=self._tax_sums(lines, charges),
            totals=self._totals(lines, charges),
        )

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        lines = tuple(self._line(number, line) for number, line in enumerate(self.details.lines, 1))
        untold = ", ".join(line.number for line in lines if line.tax is None)
        if untold and self.costs.invoice_taxes:
            words = _(
                "The invoice has several taxes, and which of them these lines bear is not said: %(lines)s."
            )
            self._object("lines", words % {"lines": untold}, "BR-CO-04")
        elif untold and not self.reasons:
            words = _("The invoice has no tax line, and what that means has not been said yet.")
            self._object("rules.without_tax", words, "BR-CO-04", "store")
        return lines

    def _line(self, number: int, line: InvoiceLine) -> Line:
        amounts = [money for money in (line.unit_price, line.unit_discount) if money is not None]
        if any(money.currency != self.invoice.currency for money in amounts):
            words = _("Line %(number)s has a price in another currency than the invoice.")
            self._object("lines", words % {"number": number}, "")
        price = None if line.unit_price is None else line.unit_price.amount
        less = line.unit_discount.amount if line.unit_discount else NOTHING
        net_price = None if price is None else price - less
        # Prices are never below zero there: what goes back has a quantity below zero instead.
        turned = -1 if net_price is not None and net_price < 0 else 1
        if not net_price:
            # What costs nothing goes the way of the whole.
            turned = self.sign
        quantity = line.quantity
        gross = None if price is None or not less or turned * less < 0 else turned * price
        return Line(
            number=str(number),
            name=one_line(line.description or line.sku),
            sku=one_line(line.sku),
            note=cleaned(line.comments),
            quantity=None if quantity is None else self.sign * turned * quantity,
            price=None if net_price is None else turned * net_price,
            gross_price=gross,
            net=None if line.total is None else self.sign * line.total.amount,
            tax=self._tax_of(number, line),
        )

    def _tax_of(self, number: int, line: InvoiceLine) -> Tax | None:
        """The tax of a line: that of the buyer, else what its own field says, else that of the invoice."""
        if self.buyer.tax is not None:
            return self.buyer.tax
        written = line.custom_fields.get(self.rules.line_field) if self.rules.line_field else None
        if written in (None, ""):
            taxes = self.costs.invoice_taxes
            if not taxes:
                return self.rules.without_tax
            return taxes[0] if len(taxes) == 1 else None
        known = {folded(text): tax for text, tax in self.rules.line_taxes.items()}
        if folded(str(written)) not in known:
            words = _("Line %(number)s has “%(value)s” as its tax; which one that is has not been said yet.")
            self._object(
                "rules.line_taxes", words % {"number": number, "value": written}, "BR-CO-04", "store"
            )
        return known.get(folded(str(written)))

    @cached_property
    def charges(self) -> tuple[Charge, ...]:
        charges = []
        taxes = {tax.key: tax for tax in _taxes_of(self.lines, ())}
        for cost in self.costs.charges:
            tax = self.buyer.tax or cost.tax or (next(iter(taxes.values())) if len(taxes) == 1 else None)
            if tax is None and taxes:
                words = _("The invoice has several taxes, and which of them “%(name)s” bears is not said.")
                self._object("rules.cost_lines", words % {"name": cost.description}, "BR-37", "store")
            charges.append(Charge(one_line(cost.description), abs(cost.amount), tax, cost.amount < 0))
        return tuple(charges)

    def _tax_sums(self, lines: Sequence[Line], charges: Sequence[Charge]) -> tuple[TaxSum, ...]:
        """The breakdown: bases added up from what bears a tax, amounts as the store asks for them."""
        bases = bases_of(lines, charges)
        asked = dict.fromkeys(bases, NOTHING)
        is_told = all(line.tax for line in lines) and all(charge.tax for charge in charges)
        for tax, amount in self.costs.taxes:
            key = (self.buyer.tax or tax).key
            if key in asked:
                asked[key] += amount
            elif amount and is_told:
                words = _("The invoice asks for a tax of %(rate)s %% that none of its lines bears.")
                self._object("cost_lines", words % {"rate": tax.percent}, "BR-CO-14", by=amount)
        taxes = {tax.key: tax for tax in reversed(_taxes_of(lines, charges))}
        return tuple(TaxSum(taxes[key].explained, base, asked[key]) for key, base in bases.items())

    def _totals(self, lines: Iterable[Line], charges: Iterable[Charge]) -> Totals:
        goods = sum((line.net for line in lines if line.net is not None), NOTHING)
        plus = sum((cost.amount for cost in self.costs.charges if cost.amount > 0), NOTHING)
        less = -sum((cost.amount for cost in self.costs.charges if cost.amount < 0), NOTHING)
        net = goods - less + plus
        for written in self.costs.subtotals:
            # Some stores write it before charges and some after.
            if written not in (goods, net):
                words = _("The lines add up to another sum than the subtotal of the invoice.")
                self._object("cost_lines", words, "BR-CO-10", by=written - goods)
        gross = self.sign * self.invoice.original_balance
        payable = self.sign * self.invoice.balance_money.amount
        tax = sum((amount for _tax, amount in self.costs.taxes), NOTHING)
        return Totals(goods, less, plus, net, tax, gross, gross - payable, payable)


def _taxes_of(lines: Iterable[Line], charges: Iterable[Charge]) -> list[Tax]:
    taxes = [*(line.tax for line in lines), *(charge.tax for charge in charges)]
    return [tax for tax in taxes if tax is not None]
