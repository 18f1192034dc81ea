"""What the document of an invoice says, read from the mirror; a credit is an invoice of less than nothing."""

from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from django.utils.translation import gettext as _

from arportal.b2b import InvalidResponse, InvoiceDetails, Money, day_of
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


@dataclass(frozen=True)
class InvoiceView:
    """All text is as people read it and none of it is trusted. `facts` and `notes`: title and text."""

    title: str
    number: str
    parties: tuple[Party, ...]
    facts: tuple[tuple[str, str], ...]
    currency: str
    lines: tuple[Line, ...]
    sums: tuple[Sum, ...]
    notes: tuple[tuple[str, str], ...]
    asks_for_payment: bool

    @property
    def first_lines(self) -> tuple[Line, ...]:
        return self.lines[:-LAST]

    @property
    def last_lines(self) -> tuple[Line, ...]:
        return self.lines[-LAST:]

    @property
    def width(self) -> str:
        """How much room figures need: amounts that run into each other can be misread."""
        figures = (figure for line in self.lines for figure in (line.unit_price, line.less, line.total))
        amount = max(map(len, chain(figures, (sum.figure for sum in self.sums))), default=0)
        quantity = max((len(line.quantity) for line in self.lines), default=0)
        if amount <= FITTING.amount and quantity <= FITTING.quantity:
            return ""
        return "wide" if amount <= WIDE.amount and quantity <= WIDE.quantity else "wide widest"

    @property
    def has_skus(self) -> bool:
        return any(line.sku != line.description for line in self.lines)


def view_of(invoice: Invoice, letterhead: Letterhead, company: tuple[str, ...] = ()) -> InvoiceView:
    """`company`: the lines of the company's own address, for an invoice that bears none."""
    details = details_of(invoice)
    is_credit = is_credit_note(invoice)
    billing = address_lines(details.billing_address) if details.billing_address else ()
    return InvoiceView(
        title=_("Credit note") if is_credit else _("Invoice"),
        number=invoice.number,
        parties=_parties(invoice.company_name, billing or company, details),
        facts=_facts(invoice, details, letterhead),
        currency=invoice.currency,
        lines=tuple(line_of(line, invoice.currency) for line in details.lines),
        sums=(*_costs(invoice, details), *_results(invoice, is_credit)),
        notes=_notes(invoice, details),
        asks_for_payment=invoice.is_owed and not is_credit,
    )


def is_credit_note(invoice: Invoice) -> bool:
    return bool(invoice.original_balance < 0)


def details_of(invoice: Invoice) -> InvoiceDetails:
    try:
        return InvoiceDetails.parse(invoice.raw.get("details") or {})
    except InvalidResponse:
        # A part that cannot be read must not hide what is owed: the document then shows that alone.
        return InvoiceDetails.parse({})


def _parties(name: str, billing: tuple[str, ...], details: InvoiceDetails) -> tuple[Party, ...]:
    named = (name,) if name else ()
    ways = dict.fromkeys(filter(None, map(address_lines, details.shipping_addresses)))
    shipping = (Party(_("Ship to"), (*named, *lines)) for lines in ways if lines != billing)
    return tuple(party for party in (Party(_("Bill to"), (*named, *billing)), *shipping) if party.lines)


def _facts(invoice: Invoice, details: InvoiceDetails, letterhead: Letterhead) -> tuple[tuple[str, str], ...]:
    due, ordered = invoice.due_on, details.order_date
    facts = [
        (_("Date"), calendar_day(invoice.issued_on) if invoice.issued_on else ""),
        (_("Due"), calendar_day(due) if due and not is_credit_note(invoice) else ""),
        (_("PO number"), invoice.purchase_order_number),
        (_("Order"), invoice.order_number),
        (_("Order date"), calendar_day(day_of(ordered, letterhead.zone)) if ordered else ""),
        *_extra_facts(invoice, letterhead),
    ]
    return tuple((label, words) for label, words in facts if words)


def _extra_facts(invoice: Invoice, letterhead: Letterhead) -> list[tuple[str, str]]:
    given = invoice.raw.get("extraFields")
    known = [field for field in given if isinstance(field, dict)] if isinstance(given, list) else []
    values = {str(field.get("fieldName")): field.get("fieldValue") for field in known}
    shown = ((name, values.get(name)) for name in letterhead.extra_fields)
    return [(name, str(value)) for name, value in shown if value not in (None, "")]


def _costs(invoice: Invoice, details: InvoiceDetails) -> tuple[Sum, ...]:
    return tuple(cost_of(cost, invoice.currency) for cost in details.cost_lines)


def _results(invoice: Invoice, is_credit: bool) -> tuple[Sum, ...]:
    """Total, what changed it since, and what is left; the arithmetic is the balances' own."""
    total, left = invoice.original_money, invoice.balance_money
    settled = left - total
    label = _("Total credit") if is_credit else _("Total")
    sums = [Sum(_named(label, invoice), figure(total), is_result=True)]
    if settled:
        sums.append(Sum(_("Used so far") if is_credit else _("Paid to date"), figure(settled)))
    if not is_credit or settled:
        sums.append(Sum(_named(_left(left, is_credit), invoice), figure(left), is_result=True))
    return tuple(sums)


def _left(left: Money, is_credit: bool) -> str:
    if is_credit:
        return _("Credit left")
    return _("Credit") if left.amount < 0 else _("Amount due")


def _named(label: str, invoice: Invoice) -> str:
    return _("%(label)s (%(currency)s)") % {"label": label, "currency": invoice.currency}


def _notes(invoice: Invoice, details: InvoiceDetails) -> tuple[tuple[str, str], ...]:
    shipments = "\n".join(filter(None, map(shipment_words, details.shipments)))
    terms = invoice.raw.get("termsConditions")
    notes = ((_("Shipments"), shipments), (_("Terms"), terms if isinstance(terms, str) else ""))
    return tuple((title, words.strip()) for title, words in notes if words.strip())
