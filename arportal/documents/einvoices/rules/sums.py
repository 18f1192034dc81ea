"""The arithmetic of EN 16931: the store's own figures count, and are never altered to fit."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from arportal.b2b import Money, minor_digits
from arportal.documents.einvoices.codes import RULES_OF
from arportal.documents.einvoices.document import NOTHING, Document, TaxSum, bases_of
from arportal.documents.einvoices.reasons import Reason
from arportal.documents.einvoices.rules.lines import MOST_DECIMALS, too_fine

# The official rules forgive less than this; so much may not be hidden by many lines either.
NEVER = Decimal(1)


def broken_by_sums(document: Document) -> Iterator[Reason]:
    yield from _by_totals(document)
    if not document.taxes:
        yield Reason("lines", _("Nothing on the invoice says what tax it bears."), "BR-CO-18")
    yield from _by_bases(document)
    for tax in document.taxes:
        yield from _by_tax(tax, document)
    yield from too_fine("cost_lines", _("the total"), document.totals.gross, document.currency, "BR-DEC-14")
    yield from too_fine(
        "open_balance", _("what is left to pay"), document.totals.payable, document.currency, "BR-DEC-18"
    )


def _by_totals(document: Document) -> Iterator[Reason]:
    totals = document.totals
    less = sum((part.amount for part in document.charges if part.amount and part.is_discount), NOTHING)
    plus = sum((part.amount for part in document.charges if part.amount and not part.is_discount), NOTHING)
    taxes = sum((tax.amount for tax in document.taxes if tax.amount is not None), NOTHING)
    sums = {
        "BR-CO-10": (
            totals.lines - sum((line.net for line in document.lines if line.net is not None), NOTHING),
            _("The sum of the lines is not what the lines add up to."),
        ),
        "BR-CO-11": (totals.discounts - less, _("The sum of discounts is not what they add up to.")),
        "BR-CO-12": (totals.charges - plus, _("The sum of charges is not what they add up to.")),
        "BR-CO-13": (
            totals.net - (totals.lines - totals.discounts + totals.charges),
            _("The total without tax is not lines less discounts plus charges."),
        ),
        "BR-CO-14": (totals.tax - taxes, _("The taxes do not add up to the sum of tax.")),
        "BR-CO-15": (
            totals.gross - (totals.net + totals.tax),
            _("Lines, charges, discounts and taxes do not add up to the total of the invoice."),
        ),
        "BR-CO-16": (
            totals.payable - (totals.gross - totals.paid + totals.rounding),
            _("What is left to pay is not the total less what was paid."),
        ),
    }
    for rule, (difference, words) in sums.items():
        if difference:
            yield Reason("cost_lines", words, rule, by=Money(abs(difference), document.currency))


def _by_bases(document: Document) -> Iterator[Reason]:
    """Each tax of the lines has its sum in the breakdown, over exactly what bears it."""
    summed = {tax.tax.key: tax.base for tax in document.taxes}
    for key, base in bases_of(document.lines, document.charges).items():
        category = RULES_OF.get(key[0], key[0])
        if key not in summed:
            words = _("The tax of %(rate)s %% is missing among the sums of taxes.")
            yield Reason("cost_lines", words % {"rate": f"{key[1].normalize():f}"}, f"BR-{category}-01")
            continue
        asked_on = summed[key]
        if asked_on is not None and asked_on != base:
            words = _("The tax of %(rate)s %% is asked for on another sum than the lines that bear it.")
            by = Money(abs(asked_on - base), document.currency)
            rate = {"rate": f"{key[1].normalize():f}"}
            yield Reason("cost_lines", words % rate, f"BR-{category}-08", by=by)


def _by_tax(tax: TaxSum, document: Document) -> Iterator[Reason]:
    rate = tax.tax.percent
    if tax.base is None:
        yield Reason("cost_lines", _("A tax does not say on which sum it is asked for."), "BR-45")
    if tax.amount is None:
        yield Reason("cost_lines", _("A tax has no amount."), "BR-46")
    if not tax.tax.category:
        yield Reason("cost_lines", _("A tax has no category."), "BR-47")
    if tax.base is None or tax.amount is None:
        return
    yield from too_fine(
        "lines", _("what bears %(rate)s %%") % {"rate": rate}, tax.base, document.currency, "BR-DEC-19"
    )
    yield from too_fine("cost_lines", _("the tax"), tax.amount, document.currency, "BR-DEC-20")
    coin = Decimal(1).scaleb(-min(minor_digits(document.currency), MOST_DECIMALS))
    wanted = (tax.base * tax.tax.rate / 100).quantize(coin, ROUND_HALF_UP)
    difference = abs(tax.amount - wanted)
    # A store may round the tax of each line: that is half a coin for each, and nothing more is forgiven.
    parts = [part for part in document.parts if part.tax and part.tax.key == tax.tax.key]
    forgiven = coin * (len(parts) + 1) / 2 if tax.tax.rate else NOTHING
    if difference and (difference > forgiven or difference >= NEVER):
        words = _("A tax of %(rate)s %% on %(base)s is %(wanted)s; the invoice asks for %(amount)s.")
        named = {"rate": rate, "base": tax.base, "wanted": wanted, "amount": tax.amount}
        category = RULES_OF.get(tax.tax.category, tax.tax.category)
        rule = f"BR-{category}-09" if category in RULES_OF.values() else "BR-CO-17"
        yield Reason("cost_lines", words % named, rule, by=Money(difference, document.currency))
