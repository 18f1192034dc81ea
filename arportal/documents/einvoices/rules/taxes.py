"""Rules about taxes: their rates, the reasons they must give, and whom they want to know."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from arportal.documents.einvoices.codes import EXEMPTION, RULES_OF
from arportal.documents.einvoices.document import Charge, Document
from arportal.documents.einvoices.facts import Address, Tax
from arportal.documents.einvoices.reasons import Reason

# Taxes of no per cent that must say why, and the two that may not.
GIVES_REASON = frozenset(("E", "AE", "K", "G", "O"))
GIVES_NONE = frozenset(("S", "Z"))


def broken_by_taxes(document: Document) -> Iterator[Reason]:
    yield from _by_rates(document)
    reasons: dict[object, set[tuple[str, str]]] = {}
    for told in document.all_taxes:
        reasons.setdefault(told.key, set()).add((told.reason_code, told.reason))
    # The breakdown has one place for the reason of each category.
    if any(len(texts) > 1 for texts in reasons.values()):
        words = _("Two lines are exempt for different reasons; an e-invoice has room for one.")
        yield Reason("rules.cost_lines", words, "", "store")
    for tax in document.taxes:
        yield from _by_reason(tax.tax)
    for category in sorted(document.categories & RULES_OF.keys()):
        yield from _by_parties(document, category)
    summed = {tax.tax.category for tax in document.taxes}
    if "O" in summed and summed | document.categories != {"O"}:
        words = _("What is not subject to tax (O) and what bears a tax cannot be on one invoice.")
        yield Reason("lines", words, "BR-O-11" if len(summed) > 1 else "BR-O-12", "store")
    if "K" in document.categories:
        yield from _by_delivery(document)


def _by_rates(document: Document) -> Iterator[Reason]:
    """Rates that do not fit their category, each told once for lines, charges and discounts."""
    told = set()
    for part in document.parts:
        tax = part.tax
        if tax is None:
            continue
        kind = "05"
        if isinstance(part, Charge):
            kind = "06" if part.is_discount else "07"
        if (tax, kind) in told:
            continue
        told.add((tax, kind))
        named = {"category": tax.category, "rate": tax.percent}
        if tax.category not in RULES_OF:
            words = _("%(category)s is no category of tax that is used here.")
            yield Reason("rules.cost_lines", words % named, "BR-CL-17", "store")
        elif (tax.category == "S") != (tax.rate > 0):
            words = _("A tax of the category %(category)s cannot have the rate %(rate)s %%.")
            yield Reason("rules.cost_lines", words % named, f"BR-{RULES_OF[tax.category]}-{kind}", "store")


def _by_reason(tax: Tax) -> Iterator[Reason]:
    named = {"category": tax.category, "code": tax.reason_code}
    rule = f"BR-{RULES_OF.get(tax.category, tax.category)}-10"
    if tax.category in GIVES_REASON and not (tax.reason or tax.reason_code):
        words = _("A tax of the category %(category)s must say why nothing is asked for.")
        yield Reason("rules.cost_lines", words % named, rule, "store")
    if tax.category in GIVES_NONE and (tax.reason or tax.reason_code):
        words = _("A tax of the category %(category)s may not give a reason for an exemption.")
        yield Reason("rules.cost_lines", words % named, rule, "store")
    if tax.reason_code and not EXEMPTION.fullmatch(tax.reason_code):
        words = _("%(code)s is no reason for an exemption that is known (VATEX).")
        yield Reason("rules.cost_lines", words % named, "BR-CL-22", "store")


def _by_parties(document: Document, category: str) -> Iterator[Reason]:
    seller, buyer = document.seller, document.buyer
    rule = f"BR-{RULES_OF[category]}-02"
    if category == "O":
        if seller.vat_id or buyer.vat_id:
            words = _("Where no tax is concerned, neither side's VAT id may be named.")
            yield Reason("seller.vat_id", words, rule, "store")
        return
    if category in ("K", "G") and not seller.vat_id:
        words = _("Your company's VAT id is missing.")
        yield Reason("seller.vat_id", words, rule, "store")
    elif not (seller.vat_id or seller.tax_number):
        words = _("Your company's VAT id or tax number is missing.")
        yield Reason("seller.vat_id", words, rule, "store")
    if category == "AE" and not (buyer.vat_id or buyer.registration_id):
        words = _("With reverse charge, the company's VAT id or registration number must be named.")
        yield Reason("buyer.vat_id", words, rule, "company")
    if category == "K" and not buyer.vat_id:
        words = _("For a supply within the EU, the company's VAT id must be named.")
        yield Reason("buyer.vat_id", words, rule, "company")


def _by_delivery(document: Document) -> Iterator[Reason]:
    delivery = document.delivery
    if delivery is None or delivery.date is None:
        words = _(
            "For a supply within the EU, the day of delivery must be named: the invoice has no ship date."
        )
        yield Reason("delivery.date", words, "BR-IC-11")
    if delivery is None or delivery.address == Address():
        words = _("For a supply within the EU, it must be said to which country the goods went.")
        yield Reason("delivery.country", words, "BR-IC-12")
