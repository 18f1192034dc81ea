"""Rules about each line of a document and each charge or discount of the whole."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from arportal.b2b import Money, minor_digits
from arportal.documents.einvoices.document import Charge, Document, Line
from arportal.documents.einvoices.reasons import Reason
from arportal.documents.figures import figure

# Amounts there have two decimals at most, whatever the currency has.
MOST_DECIMALS = 2


def broken_by_lines(document: Document) -> Iterator[Reason]:
    if not document.lines:
        yield Reason("lines", _("The invoice has no lines that can be read."), "BR-16")
    for line in document.lines:
        yield from _by_line(line, document.currency)
    for charge in document.charges:
        yield from _by_charge(charge, document.currency)


def _by_line(line: Line, currency: str) -> Iterator[Reason]:
    broken = {
        "BR-21": (not line.number, _("A line has no number.")),
        "BR-22": (line.quantity is None, _("Line %(number)s has no quantity.")),
        "BR-23": (not line.unit, _("Line %(number)s has no unit.")),
        "BR-24": (line.net is None, _("Line %(number)s has no amount that can be told.")),
        "BR-25": (not line.name, _("Line %(number)s has neither a description nor a SKU.")),
        "BR-26": (line.price is None, _("Line %(number)s has no price.")),
        "BR-27": (
            line.price is not None and line.price < 0,
            _("The price on line %(number)s is below zero."),
        ),
        "BR-28": (
            line.gross_price is not None and line.gross_price < 0,
            _("The price on line %(number)s before its discount is below zero."),
        ),
        "BR-CO-04": (line.tax is None, _("Which tax line %(number)s bears cannot be told.")),
    }
    for rule, (is_broken, words) in broken.items():
        if is_broken:
            yield Reason("lines", words % {"number": line.number}, rule)
    if line.net is not None:
        words = _("line %(number)s") % {"number": line.number}
        yield from too_fine("lines", words, line.net, currency, "BR-DEC-23")


def _by_charge(charge: Charge, currency: str) -> Iterator[Reason]:
    named = {"name": charge.reason}
    if charge.is_discount:
        rules = {"amount": "BR-31", "tax": "BR-32", "reason": "BR-33", "decimals": "BR-DEC-01"}
    else:
        rules = {"amount": "BR-36", "tax": "BR-37", "reason": "BR-38", "decimals": "BR-DEC-05"}
    if charge.amount is None:
        yield Reason("cost_lines", _("“%(name)s” has no amount.") % named, rules["amount"])
    else:
        yield from too_fine("cost_lines", charge.reason, charge.amount, currency, rules["decimals"])
    if charge.tax is None:
        yield Reason("cost_lines", _("Which tax “%(name)s” bears cannot be told.") % named, rules["tax"])
    if not charge.reason:
        yield Reason("cost_lines", _("A charge or discount does not say what it is for."), rules["reason"])


def too_fine(field: str, what: str, amount: Decimal, currency: str, rule: str) -> Iterator[Reason]:
    """A reason if the amount has more decimals than an e-invoice can say; nothing is rounded away."""
    most = min(minor_digits(currency), MOST_DECIMALS)
    rounded = amount.quantize(Decimal(1).scaleb(-most))
    if rounded != amount:
        words = _(
            "An e-invoice has %(most)s decimals in %(currency)s at most; %(amount)s (%(what)s) has more."
        )
        written = figure(Money(amount, currency))
        named = {"most": most, "currency": currency, "amount": written, "what": what}
        yield Reason(field, words % named, rule, by=Money(abs(amount - rounded), currency))
