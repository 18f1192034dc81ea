"""The profiles in which an e-invoice is sent, and what each wants beyond EN 16931.

The official rules of Peppol and XRechnung are in no package that could be kept here: these are our own checks of
what they want of what we write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from django.utils.translation import gettext as _

from arportal.documents.einvoices.document import Document
from arportal.documents.einvoices.facts import Address
from arportal.documents.einvoices.reasons import Place, Reason

EMAIL = re.compile(r"[^@\s]+@[^@.\s][^@\s]+[^@.\s]")
GERMANY = "DE"


class Profile(StrEnum):
    """A way to send an e-invoice.

    XRechnung is written as UBL like Peppol, though it may be CII too: so one syntax serves both, and what goes to
    German authorities by Peppol is the same file.
    """

    FACTUR_X = "factur-x"
    XRECHNUNG = "xrechnung"
    PEPPOL = "peppol"

    @property
    def is_ubl(self) -> bool:
        return self is not Profile.FACTUR_X


def reasons(document: Document, profile: Profile) -> tuple[Reason, ...]:
    """All that the profile wants of a valid document and does not get."""
    match profile:
        case Profile.XRECHNUNG:
            return (*_by_network(document), *_by_germany(document))
        case Profile.PEPPOL:
            within_germany = document.seller.address.country == GERMANY == document.buyer.address.country
            german = _by_german_seller(document, "DE-R-") if within_germany else ()
            return (*_by_network(document), *_by_peppol(document), *german)
    return ()


def _by_network(document: Document) -> Iterator[Reason]:
    """What the network of Peppol wants, which XRechnung took over."""
    if not document.buyer.endpoint_id:
        words = _("The company's electronic address is missing.")
        yield Reason("buyer.endpoint_id", words, "PEPPOL-EN16931-R010", "company")
    if not document.seller.endpoint_id:
        words = _("Your company's electronic address is missing.")
        yield Reason("seller.endpoint_id", words, "PEPPOL-EN16931-R020", "store")


def _by_peppol(document: Document) -> Iterator[Reason]:
    if not (document.buyer_reference or document.purchase_order):
        words = _("The company's buyer reference or the number of its order is missing.")
        yield Reason("buyer.buyer_reference", words, "PEPPOL-EN16931-R003", "company")


def _by_germany(document: Document) -> Iterator[Reason]:
    buyer, delivery = document.buyer.address, document.delivery
    if not document.buyer_reference:
        words = _("The company's buyer reference (for authorities the Leitweg-ID) is missing.")
        yield Reason("buyer.buyer_reference", words, "BR-DE-15", "company")
    if document.payment is None:
        words = _("Your bank account (IBAN) is missing.")
        yield Reason("seller.iban", words, "BR-DE-1", "store")
    yield from _by_german_seller(document, "BR-DE-")
    yield from _missing(
        (buyer.city, "buyer.city", _("The town of the company's address is missing."), "BR-DE-8"),
        (buyer.zip_code, "buyer.zip_code", _("The postcode of the company's address is missing."), "BR-DE-9"),
        of="company",
    )
    if delivery and delivery.address != Address():
        place = delivery.address
        yield from _missing(
            (place.city, "delivery.city", _("The town of the delivery address is missing."), "BR-DE-10"),
            (
                place.zip_code,
                "delivery.zip_code",
                _("The postcode of the delivery address is missing."),
                "BR-DE-11",
            ),
            of="invoice",
        )
    if any(line.startswith("#") for line in document.terms.splitlines()):
        words = _(
            "A line of the terms begins with #, which XRechnung keeps for discounts in a form of its own."
        )
        yield Reason("terms", words, "BR-DE-18")


def _by_german_seller(document: Document, rules: str) -> Iterator[Reason]:
    """What both XRechnung and Peppol within Germany want to know of the seller; `rules`: how each numbers that."""
    seller = document.seller
    numbers = "2 3 4 5 6 7 27 28".split() if rules == "BR-DE-" else "002 003 004 005 006 007 027 028".split()
    _contact, town, postcode, name, phone, email, dialled, mailed = (rules + number for number in numbers)
    yield from _missing(
        (seller.address.city, "seller.city", _("The town of your company's address is missing."), town),
        (
            seller.address.zip_code,
            "seller.zip_code",
            _("The postcode of your company's address is missing."),
            postcode,
        ),
        (seller.contact_name, "seller.contact_name", _("The name of your contact is missing."), name),
        (
            seller.contact_phone,
            "seller.contact_phone",
            _("The phone number of your contact is missing."),
            phone,
        ),
        (
            seller.contact_email,
            "seller.contact_email",
            _("The e-mail address of your contact is missing."),
            email,
        ),
        of="store",
    )
    if seller.contact_phone and sum(map(str.isdigit, seller.contact_phone)) < 3:
        words = _("The phone number of your contact has fewer than three digits.")
        yield Reason("seller.contact_phone", words, dialled, "store")
    if seller.contact_email and not EMAIL.fullmatch(seller.contact_email):
        words = _("The e-mail address of your contact is none.")
        yield Reason("seller.contact_email", words, mailed, "store")


def _missing(*fields: tuple[str, str, str, str], of: Place) -> Iterator[Reason]:
    """A reason for each (value, field, words, rule) without a value."""
    for value, field, words, rule in fields:
        if not value:
            yield Reason(field, words, rule, of)
