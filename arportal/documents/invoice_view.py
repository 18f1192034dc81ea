"""The text of an invoice's document, read from the mirror; a credit is an invoice of less than nothing."""

from functools import cached_property
from itertools import chain
from typing import NamedTuple

from django.utils.translation import gettext as _

from arportal.b2b import InvalidResponse, InvoiceDetails, day_of
from arportal.documents.branding.letterheads import Letterhead
from arportal.documents.figures import calendar_day, figure
from arportal.documents.parts import Line, Party, Sum, address_lines, cost_of, line_of, shipment_words
from arportal.mirror.models import Invoice

# So many lines keep company with the totals at the foot of the table, wherever that is broken.
LAST = 2


class Room(NamedTuple):
    """Characters that fit into a column, in the size of totals."""

    amount: int
    quantity: int


FITTING = Room(13, 9)
WIDE = Room(18, 12)


class InvoiceView:
    """One invoice as its template reads it, in the language that is active then: text for people, never trusted.

    `company`: the lines of the company's own address, for an invoice that bears none. `facts` and `notes` are pairs
    of title and text.
    """

    def __init__(self, invoice: Invoice, letterhead: Letterhead, company: tuple[str, ...] = ()) -> None:
        self.invoice = invoice
        self.letterhead = letterhead
        self.company = company
        self.details = details_of(invoice)
        self.is_credit = is_credit_note(invoice)
        self.number = invoice.number
        self.currency = invoice.currency

    @property
    def title(self) -> str:
        return _("Credit note") if self.is_credit else _("Invoice")

    @cached_property
    def parties(self) -> tuple[Party, ...]:
        """The billing address, and each shipping address that differs from it."""
        named = (self.invoice.company_name,) if self.invoice.company_name else ()
        given = self.details.billing_address
        billing = (address_lines(given) if given else ()) or self.company
        ways = dict.fromkeys(filter(None, map(address_lines, self.details.shipping_addresses)))
        shipping = (Party(_("Ship to"), (*named, *lines)) for lines in ways if lines != billing)
        return tuple(party for party in (Party(_("Bill to"), (*named, *billing)), *shipping) if party.lines)

    @cached_property
    def facts(self) -> tuple[tuple[str, str], ...]:
        invoice, ordered = self.invoice, self.details.order_date
        facts = [
            (_("Date"), calendar_day(invoice.issued_on) if invoice.issued_on else ""),
            (_("Due"), calendar_day(invoice.due_on) if invoice.due_on and not self.is_credit else ""),
            (_("PO number"), invoice.purchase_order_number),
            (_("Order"), invoice.order_number),
            (_("Order date"), calendar_day(day_of(ordered, self.letterhead.zone)) if ordered else ""),
            *self.extra_facts,
        ]
        return tuple((label, words) for label, words in facts if words)

    @property
    def extra_facts(self) -> list[tuple[str, str]]:
        """The extra fields that the merchant shows to buyers, in the letterhead's order."""
        given = self.invoice.raw.get("extraFields")
        known = [field for field in given if isinstance(field, dict)] if isinstance(given, list) else []
        values = {str(field.get("fieldName")): field.get("fieldValue") for field in known}
        shown = ((name, values.get(name)) for name in self.letterhead.extra_fields)
        return [(name, str(value)) for name, value in shown if value not in (None, "")]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line_of(line, self.currency) for line in self.details.lines)

    @property
    def first_lines(self) -> tuple[Line, ...]:
        return self.lines[:-LAST]

    @property
    def last_lines(self) -> tuple[Line, ...]:
        return self.lines[-LAST:]

    @cached_property
    def sums(self) -> tuple[Sum, ...]:
        """Costs, total, what changed it since, and what is left; the arithmetic is the balances' own."""
        total, left = self.invoice.original_money, self.invoice.balance_money
        settled = left - total
        label = _("Total credit") if self.is_credit else _("Total")
        sums = [cost_of(cost, self.currency) for cost in self.details.cost_lines]
        sums.append(Sum(self._named(label), figure(total), is_result=True))
        if settled:
            words = _("Used so far") if self.is_credit else _("Paid to date")
            sums.append(Sum(words, figure(settled)))
        if self.is_credit:
            label = _("Credit left")
        elif left.amount < 0:
            label = _("Credit")
        else:
            label = _("Amount due")
        if not self.is_credit or settled:
            sums.append(Sum(self._named(label), figure(left), is_result=True))
        return tuple(sums)

    @property
    def notes(self) -> tuple[tuple[str, str], ...]:
        shipments = "\n".join(filter(None, map(shipment_words, self.details.shipments)))
        terms = self.invoice.raw.get("termsConditions")
        notes = ((_("Shipments"), shipments), (_("Terms"), terms if isinstance(terms, str) else ""))
        return tuple((title, words.strip()) for title, words in notes if words.strip())

    @property
    def asks_for_payment(self) -> bool:
        return self.invoice.is_owed and not self.is_credit

    @property
    def width(self) -> str:
        """The class of a table with enough room for its figures: amounts that run into each other can be misread."""
        figures = (figure for line in self.lines for figure in (line.unit_price, line.less, line.total))
        amount = max(map(len, chain(figures, (sum.figure for sum in self.sums))), default=0)
        quantity = max((len(line.quantity) for line in self.lines), default=0)
        if amount <= FITTING.amount and quantity <= FITTING.quantity:
            return ""
        return "wide" if amount <= WIDE.amount and quantity <= WIDE.quantity else "wide widest"

    @property
    def has_skus(self) -> bool:
        return any(line.sku != line.description for line in self.lines)

    def _named(self, label: str) -> str:
        return _("%(label)s (%(currency)s)") % {"label": label, "currency": self.currency}


def is_credit_note(invoice: Invoice) -> bool:
    return bool(invoice.original_balance < 0)


def details_of(invoice: Invoice) -> InvoiceDetails:
    """The inside of an invoice; empty where it cannot be read."""
    try:
        return InvoiceDetails.parse(invoice.raw.get("details") or {})
    except InvalidResponse:
        # A part that cannot be read must not hide what is owed: page and document then show that alone.
        return InvoiceDetails.parse({})
