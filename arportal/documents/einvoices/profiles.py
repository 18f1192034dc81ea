"""The profiles in which an e-invoice is sent, and what each wants beyond EN 16931.

The official rules of Peppol and XRechnung are in no package that could be kept here: these are our own checks of
what they want of what we write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.documents.einvoices.document import NOTHING, Document
from arportal.documents.einvoices.facts import Address, Party
from arportal.documents.einvoices.reasons import Place, Reason
from arportal.documents.figures import figure

EMAIL = re.compile(r"[^@\s]+@(?:[^@.\s]+\.)+[^@.\s]+")
GERMANY = "DE"
# What a line may differ from quantity times price; with no decimals in a currency, rounding may be more.
FORGIVEN = Decimal("0.02")


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
            german = _by_german_seller(document.seller, "DE-R-{:03}") if within_germany else ()
            return (*_by_network(document), *_by_peppol(document), *german)
    return ()


def _by_network(document: Document) -> Iterator[Reason]:
    """Reasons by the network of Peppol, whose rules XRechnung took over."""
    buyer, seller = document.buyer.endpoint_id, document.seller.endpoint_id
    words = _("The company's electronic address is missing.")
    yield from _missing("company", (buyer, "buyer.endpoint_id", words, "PEPPOL-EN16931-R010"))
    words = _("Your company's electronic address is missing.")
    yield from _missing("store", (seller, "seller.endpoint_id", words, "PEPPOL-EN16931-R020"))
    for line in document.lines:
        exact = (line.quantity or NOTHING) * (line.price or NOTHING)
        difference = abs((line.net or NOTHING) - exact)
        if difference > FORGIVEN:
            words = _("Line %(number)s is rounded by more than Peppol allows: %(amount)s is not %(exact)s.")
            amount, by = Money(line.net or NOTHING, document.currency), Money(difference, document.currency)
            named = {
                "number": line.number,
                "amount": figure(amount),
                "exact": figure(Money(exact, document.currency)),
            }
            yield Reason("lines", words % named, "PEPPOL-EN16931-R120", by=by)


def _by_peppol(document: Document) -> Iterator[Reason]:
    reference = document.buyer_reference or document.purchase_order
    words = _("The company's buyer reference or the number of its order is missing.")
    yield from _missing("company", (reference, "buyer.buyer_reference", words, "PEPPOL-EN16931-R003"))
    parties: tuple[tuple[Party, str, Place], ...]
    parties = ((document.buyer, "buyer", "company"), (document.seller, "seller", "store"))
    for party, who, of in parties:
        if party.endpoint_scheme and not party.endpoint_scheme.isdigit():
            words = _("%(code)s is a kind of electronic address that Peppol does not carry, such as e-mail.")
            named = words % {"code": party.endpoint_scheme}
            yield Reason(f"{who}.endpoint_scheme", named, "PEPPOL-EN16931-CL008", of)


def _by_germany(document: Document) -> Iterator[Reason]:
    buyer, iban = document.buyer.address, document.payment.iban if document.payment else ""
    reference = _("The company's buyer reference (for authorities the Leitweg-ID) is missing.")
    yield from _missing(
        "company",
        (document.buyer_reference, "buyer.buyer_reference", reference, "BR-DE-15"),
        (buyer.city, "buyer.city", _("The town of the company's address is missing."), "BR-DE-8"),
        (buyer.zip_code, "buyer.zip_code", _("The postcode of the company's address is missing."), "BR-DE-9"),
    )
    yield from _missing("store", (iban, "seller.iban", _("Your bank account (IBAN) is missing."), "BR-DE-1"))
    yield from _by_german_seller(document.seller, "BR-DE-{}")
    place = document.delivery.address if document.delivery else Address()
    if place != Address():
        postcode = _("The postcode of the delivery address is missing.")
        yield from _missing(
            "invoice",
            (place.city, "delivery.city", _("The town of the delivery address is missing."), "BR-DE-10"),
            (place.zip_code, "delivery.zip_code", postcode, "BR-DE-11"),
        )
    if any(line.lstrip().startswith("#") for line in document.terms.splitlines()):
        words = _(
            "A line of the terms begins with #, which XRechnung keeps for discounts in a form of its own."
        )
        yield Reason("terms", words, "BR-DE-18")


def _by_german_seller(seller: Party, rules: str) -> Iterator[Reason]:
    """Reasons by XRechnung, and by Peppol within Germany, which gave the same rules other names."""
    name, phone, email = seller.contact_name, seller.contact_phone, seller.contact_email
    yield from _missing(
        "store",
        (
            seller.address.city,
            "seller.city",
            _("The town of your company's address is missing."),
            rules.format(3),
        ),
        (
            seller.address.zip_code,
            "seller.zip_code",
            _("The postcode of your company's address is missing."),
            rules.format(4),
        ),
        (name, "seller.contact_name", _("The name of your contact is missing."), rules.format(5)),
        (phone, "seller.contact_phone", _("The phone number of your contact is missing."), rules.format(6)),
        (email, "seller.contact_email", _("The e-mail address of your contact is missing."), rules.format(7)),
    )
    if phone and sum(map(str.isdigit, phone)) < 3:
        words = _("The phone number of your contact has fewer than three digits.")
        yield Reason("seller.contact_phone", words, rules.format(27), "store")
    if email and not EMAIL.fullmatch(email):
        words = _("The e-mail address of your contact is none.")
        yield Reason("seller.contact_email", words, rules.format(28), "store")


def _missing(of: Place, *fields: tuple[str, str, str, str]) -> Iterator[Reason]:
    """A reason for each (value, field, words, rule) without a value."""
    for value, field, words, rule in fields:
        if not value:
            yield Reason(field, words, rule, of)
