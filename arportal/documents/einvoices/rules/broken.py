"""The rules of EN 16931 that a document breaks, in our own words; the official ones judge what we write once more.

Rules about elements that we never write are not here. The number of a rule is a fact of the standard, its words are
ours.
"""

from __future__ import annotations

from collections.abc import Iterator

import pycountry
from django.utils.translation import gettext as _

from arportal.documents.einvoices.codes import ADDRESS_SCHEMES, REGISTERS, has_country
from arportal.documents.einvoices.countries import is_country
from arportal.documents.einvoices.document import (
    CREDIT_NOTE,
    INVOICE,
    SEPA_TRANSFER,
    TRANSFER,
    Document,
)
from arportal.documents.einvoices.facts import Address, Party
from arportal.documents.einvoices.reasons import Place, Reason
from arportal.documents.einvoices.rules.lines import broken_by_lines
from arportal.documents.einvoices.rules.sums import broken_by_sums
from arportal.documents.einvoices.rules.taxes import broken_by_taxes


def broken_rules(document: Document, *, with_sums: bool = True) -> tuple[Reason, ...]:
    """All reasons at once; `with_sums=False` leaves out what adds up wrongly."""
    reasons = [
        *_by_head(document),
        *_by_seller(document.seller),
        *_by_buyer(document.buyer),
        *_by_payment(document),
        *broken_by_lines(document),
        *broken_by_taxes(document),
    ]
    if with_sums:
        reasons += broken_by_sums(document)
    return tuple(reasons)


def _by_head(document: Document) -> Iterator[Reason]:
    if not document.number:
        yield Reason("number", _("The invoice has no number."), "BR-02")
    if document.issued_on is None:
        yield Reason("issued_on", _("The invoice has no date."), "BR-03")
    if document.kind not in (INVOICE, CREDIT_NOTE):
        yield Reason("kind", _("It is neither an invoice nor a credit note."), "BR-04")
    if not document.currency:
        yield Reason("currency", _("The invoice has no currency."), "BR-05")
    elif pycountry.currencies.get(alpha_3=document.currency) is None:
        words = _("%(code)s is no currency of ISO 4217.")
        yield Reason("currency", words % {"code": document.currency}, "BR-CL-04")
    if document.totals.payable > 0 and document.due_on is None and not document.terms:
        words = _("There is something left to pay, but neither a due date nor terms of payment.")
        yield Reason("due_on", words, "BR-CO-25")
    delivery = document.delivery
    if delivery and delivery.address != Address() and not is_country(delivery.address.country):
        yield Reason("delivery.country", _("The delivery address has no country that is known."), "BR-57")


def _by_seller(seller: Party) -> Iterator[Reason]:
    if not seller.name:
        yield Reason("seller.legal_name", _("Your company's legal name is missing."), "BR-06", "store")
    if seller.address == Address():
        yield Reason("seller.address", _("Your company's address is missing."), "BR-08", "store")
    elif not seller.address.country:
        yield Reason(
            "seller.country", _("The country of your company's address is missing."), "BR-09", "store"
        )
    elif not is_country(seller.address.country):
        words = _("%(code)s, the country of your company, is no country of ISO 3166.")
        yield Reason("seller.country", words % {"code": seller.address.country}, "BR-CL-14", "store")
    if not (seller.vat_id or seller.registration_id):
        words = _(
            "Your company needs a VAT id or, where no tax is concerned, the number of its registration."
        )
        yield Reason("seller.registration_id", words, "BR-CO-26", "store")
    if seller.registration_scheme and seller.registration_scheme not in REGISTERS:
        words = _("%(code)s is no register of companies that is known (ISO 6523).")
        named = words % {"code": seller.registration_scheme}
        yield Reason("seller.registration_scheme", named, "BR-CL-11", "store")
    if seller.vat_id and not has_country(seller.vat_id):
        words = _("Your company's VAT id must begin with its country, such as DE.")
        yield Reason("seller.vat_id", words, "BR-CO-09", "store")
    yield from _by_endpoint(seller, "seller", "BR-62", "store")


def _by_buyer(buyer: Party) -> Iterator[Reason]:
    if not buyer.name:
        yield Reason("buyer.legal_name", _("The company has no name."), "BR-07", "company")
    if buyer.address == Address():
        yield Reason("buyer.country", _("The company's address is missing."), "BR-10", "company")
    elif not buyer.address.country:
        words = _("The country of the company's address is missing, or cannot be read.")
        yield Reason("buyer.country", words, "BR-11", "company")
    elif not is_country(buyer.address.country):
        words = _("%(code)s, the country of the company, is no country of ISO 3166.")
        yield Reason("buyer.country", words % {"code": buyer.address.country}, "BR-CL-14", "company")
    if buyer.vat_id and not has_country(buyer.vat_id):
        words = _("The company's VAT id must begin with its country, such as DE.")
        yield Reason("buyer.vat_id", words, "BR-CO-09", "company")
    yield from _by_endpoint(buyer, "buyer", "BR-63", "company")


def _by_endpoint(party: Party, who: str, rule: str, of: Place) -> Iterator[Reason]:
    if not party.endpoint_id:
        return
    if not party.endpoint_scheme:
        words = _("The electronic address %(id)s does not say of which kind it is.")
        yield Reason(f"{who}.endpoint_scheme", words % {"id": party.endpoint_id}, rule, of)
    elif party.endpoint_scheme not in ADDRESS_SCHEMES:
        words = _("%(code)s is no kind of electronic address that is known (EAS).")
        yield Reason(f"{who}.endpoint_scheme", words % {"code": party.endpoint_scheme}, "BR-CL-25", of)


def _by_payment(document: Document) -> Iterator[Reason]:
    payment = document.payment
    if payment is None:
        return
    if not payment.means:
        yield Reason("payment.means", _("It is not said how to pay."), "BR-49", "store")
    elif payment.means not in (SEPA_TRANSFER, TRANSFER):
        words = _("%(code)s is no way to pay that is used here.")
        yield Reason("payment.means", words % {"code": payment.means}, "BR-CL-16", "store")
    elif not payment.iban:
        words = _("The bank account that is to be paid to is missing.")
        yield Reason("seller.iban", words, "BR-61", "store")
