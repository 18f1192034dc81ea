"""A document as the business terms (BT, BG) of EN 16931, in the form that the package factur-x writes XML from."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from arportal.b2b import minor_digits
from arportal.documents.einvoices.document import NOTHING, Charge, Document, Line, TaxSum
from arportal.documents.einvoices.facts import Address, Party, Tax
from arportal.documents.einvoices.rules.lines import MOST_DECIMALS

Terms = dict[str, Any]


def terms_of(document: Document) -> Terms:
    """The terms of a document that breaks no rule; those it does not have are left out."""
    totals, written = document.totals, _Writer(document.currency)
    terms: Terms = {
        "BT-1": document.number,
        "BT-2": document.issued_on,
        "BT-3": document.kind,
        "BT-5": document.currency,
        "BT-9": document.due_on,
        "BT-10": document.buyer_reference,
        "BT-13": document.purchase_order,
        "BT-14": document.sales_order,
        "BT-20": document.terms,
        "BT-106": written.amount(totals.lines),
        "BT-107": written.amount(totals.discounts) if totals.discounts else "",
        "BT-108": written.amount(totals.charges) if totals.charges else "",
        "BT-109": written.amount(totals.net),
        "BT-110": written.amount(totals.tax),
        "BT-112": written.amount(totals.gross),
        "BT-113": written.amount(totals.paid) if totals.paid else "",
        "BT-115": written.amount(totals.payable),
        "BG-4": _party(document.seller),
        "BG-7": _party(document.buyer),
        "BG-20": [written.charge(part) for part in document.charges if part.is_discount],
        "BG-21": [written.charge(part) for part in document.charges if not part.is_discount],
        "BG-23": [written.tax_sum(tax) for tax in document.taxes],
        "BG-25": [written.line(line) for line in document.lines],
    }
    if document.delivery:
        terms["BT-72"] = document.delivery.date
        if document.delivery.address.country:
            terms["BG-13"] = {"name": document.delivery.name} | _address(document.delivery.address)
    if payment := document.payment:
        account = {"BT-84": payment.iban, "BT-85": payment.account_name, "BT-86": payment.bic}
        terms |= account | {"BT-81": payment.means, "BT-83": payment.reference}
    return _without_empty(terms)


class _Writer:
    """Figures as XML has them, in one currency. Nothing is added to each, for -0.00 is below zero to the rules."""

    def __init__(self, currency: str) -> None:
        self.step = Decimal(1).scaleb(-min(minor_digits(currency), MOST_DECIMALS))

    def amount(self, amount: Decimal | None) -> str:
        """An amount with the decimals of the currency; the rules have seen to it that none are lost."""
        return "" if amount is None else f"{amount.quantize(self.step) + NOTHING:f}"

    def price(self, price: Decimal | None) -> str:
        """A price with as many decimals as it needs, and those of the currency at least."""
        if price is None:
            return ""
        short = price.normalize() + NOTHING
        is_short = -int(short.as_tuple().exponent) < -int(self.step.as_tuple().exponent)
        return f"{short.quantize(self.step) if is_short else short:f}"

    def line(self, line: Line) -> Terms:
        terms = {
            "BT-126": line.number,
            "BT-129": "" if line.quantity is None else f"{line.quantity.normalize() + NOTHING:f}",
            "BT-130": line.unit,
            "BT-131": self.amount(line.net),
            "BT-146": self.price(line.price),
            "BT-151": line.tax.category if line.tax else "",
            "BT-152": _rate(line.tax),
            "BT-153": line.name,
            "BT-155": line.sku,
            "BT-127-00": [{"BT-127": line.note}] if line.note else [],
        }
        if line.gross_price is not None and line.price is not None:
            terms["BT-148"] = self.price(line.gross_price)
            terms["BT-147-00"] = [{"BT-147": self.price(line.gross_price - line.price)}]
        return _without_empty(terms)

    def charge(self, charge: Charge) -> Terms:
        return _without_empty(
            {
                "amount": self.amount(charge.amount),
                "reason": charge.reason,
                "vat_category_code": charge.tax.category if charge.tax else "",
                "vat_rate": _rate(charge.tax),
            }
        )

    def tax_sum(self, tax: TaxSum) -> Terms:
        return _without_empty(
            {
                "BT-116": self.amount(tax.base),
                "BT-117": self.amount(tax.amount),
                "BT-118": tax.tax.category,
                "BT-119": _rate(tax.tax),
                "BT-120": tax.tax.reason,
                "BT-121": tax.tax.reason_code,
            }
        )


def _rate(tax: Tax | None) -> str:
    """Percent; what is not subject to tax has no rate, not even 0."""
    return "" if tax is None or tax.category == "O" else tax.percent


def _party(party: Party) -> Terms:
    contact = {"name": party.contact_name, "phone": party.contact_phone, "email": party.contact_email}
    terms: Terms = {
        "name": party.name,
        "biz_name": party.trading_name,
        "legal_identifier": party.registration_id,
        "legal_identifier_schemeid": party.registration_scheme,
        "vat_identifier": party.vat_id,
        "tax_identifier": party.tax_number,
        "einvoicing_addr": party.endpoint_id,
        "einvoicing_addr_schemeid": party.endpoint_scheme,
        "contacts": [_without_empty(contact)] if any(contact.values()) else [],
    }
    return _without_empty(terms) | _address(party.address)


def _address(address: Address) -> Terms:
    return _without_empty(
        {
            "addr_l1": address.street,
            "addr_l2": address.street2,
            "city": address.city,
            "postcode": address.zip_code,
            "country_subdivision": address.region,
            "country_code": address.country,
        }
    )


def _without_empty(terms: Terms) -> Terms:
    return {name: value for name, value in terms.items() if value not in ("", None, [])}
