"""Parties, delivery and payment as an e-invoice has them."""

from __future__ import annotations

from arportal import b2b
from arportal.b2b import InvoiceDetails
from arportal.documents.einvoices.countries import country_code
from arportal.documents.einvoices.document import SEPA_TRANSFER, TRANSFER, Delivery, Payment
from arportal.documents.einvoices.facts import Address, Buyer, Party, Seller
from arportal.documents.einvoices.text import compact, day_of, one_line


def address_of(given: b2b.Address | None, country: str) -> Address:
    """An address of the API; `country` where its own cannot be read."""
    if given is None:
        return Address(country=country)
    return Address(
        street=one_line(given.street1),
        street2=one_line(given.street2),
        city=one_line(given.city),
        zip_code=one_line(given.zip_code),
        region=one_line(given.state),
        country=country_code(given.country) or country,
    )


def selling(seller: Seller, *, has_no_tax: bool) -> Party:
    """The seller. Who sells what no tax office asks about may not name a VAT id there (BR-O-02)."""
    return Party(
        name=one_line(seller.name),
        trading_name=one_line(seller.trading_name),
        address=seller.address,
        vat_id="" if has_no_tax else compact(seller.vat_id),
        tax_number=one_line(seller.tax_number),
        registration_id=one_line(seller.registration_id),
        registration_scheme=seller.registration_scheme,
        endpoint_id=one_line(seller.endpoint_id),
        endpoint_scheme=seller.endpoint_scheme,
        contact_name=one_line(seller.contact_name),
        contact_phone=one_line(seller.contact_phone),
        contact_email=one_line(seller.contact_email),
    )


def buying(
    buyer: Buyer, name: str, given: b2b.Address | None, address: Address, *, has_no_tax: bool
) -> Party:
    """The buyer, with the `name` that the invoice has where no legal one is known; `given`: the invoice's address."""
    return Party(
        name=one_line(buyer.legal_name or name),
        address=address,
        vat_id="" if has_no_tax else compact(buyer.vat_id),
        registration_id=one_line(buyer.registration_id),
        endpoint_id=one_line(buyer.endpoint_id),
        endpoint_scheme=buyer.endpoint_scheme,
        contact_name=one_line(f"{given.first_name} {given.last_name}") if given else "",
    )


def delivering(details: InvoiceDetails, name: str) -> Delivery | None:
    """Place and day of delivery; None where the invoice does not say, or names several places."""
    places = {address_of(given, "") for given in details.shipping_addresses} - {Address()}
    # A shipment's text begins with its day.
    dates = filter(None, (day_of(shipment.ship_date.strip()[:10]) for shipment in details.shipments))
    place = places.pop() if len(places) == 1 else Address()
    # EN 16931 takes no address without a country: then only the day is sent.
    place = place if place.country else Address()
    day = max(dates, default=None)
    return Delivery(one_line(name), place, day) if place.country or day else None


def paying(seller: Seller, currency: str, reference: str) -> Payment | None:
    if not seller.iban:
        return None
    return Payment(
        means=SEPA_TRANSFER if currency == "EUR" else TRANSFER,
        iban=compact(seller.iban),
        bic=compact(seller.bic),
        account_name=one_line(seller.account_name or seller.name),
        reference=one_line(reference),
    )
