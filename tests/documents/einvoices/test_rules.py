"""Business rules, broken one by one: each is named in our words, and the official rules agree that it is broken."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from arportal.documents.einvoices.document import Document
from arportal.documents.einvoices.facts import Address, Tax
from arportal.documents.einvoices.profiles import Profile
from arportal.documents.einvoices.reading.official import schematron_findings
from arportal.documents.einvoices.rules.broken import broken_rules
from arportal.documents.einvoices.writing.xml import xml_of
from tests.documents.einvoices.cases import (
    BILLING,
    EXEMPT,
    EXPORT,
    OUTSIDE,
    REVERSE,
    WITHIN_EU,
    ZERO,
    Case,
    Item,
    taxed,
)
from tests.whole import only_whole

RICH = Case(
    items=(Item(less=Decimal("1.50")), Item("Boots", Decimal(6), Decimal("72.25"))),
    freight=Decimal("12.50"),
    discount=Decimal(5),
    shipping=(BILLING,),
    ship_date="2026-03-01",
)
BASES = {"S": RICH} | {
    tax.category: taxed(RICH, tax) for tax in (ZERO, EXEMPT, REVERSE, WITHIN_EU, EXPORT, OUTSIDE)
}
NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
# Parts of UBL.
SELLER = "cac:AccountingSupplierParty/cac:Party"
BUYER = "cac:AccountingCustomerParty/cac:Party"
VAT_ID = "cac:PartyTaxScheme/cbc:CompanyID"
LINE = "cac:InvoiceLine[1]"
LINE_TAX = "cac:InvoiceLine/cac:Item/cac:ClassifiedTaxCategory"
LESS = "cac:AllowanceCharge[cbc:ChargeIndicator='false']"
MORE = "cac:AllowanceCharge[cbc:ChargeIndicator='true']"
SUM = "cac:TaxTotal/cac:TaxSubtotal"
TOTALS = "cac:LegalMonetaryTotal"
PLACE = "cac:Delivery/cac:DeliveryLocation/cac:Address"
GONE = None


@dataclass(frozen=True)
class Broken:
    """`path` of the document gets the `value`; in the UBL file `xpath` gets `text`, or goes.

    Not official: the norm has the rule, the official Schematron has it no more.
    """

    rule: str
    path: str
    value: Any
    xpath: str
    text: str | None = GONE
    base: str = "S"
    is_official: bool = True


NO = Decimal
BROKEN = (
    Broken("BR-02", "number", "", "cbc:ID"),
    Broken("BR-03", "issued_on", None, "cbc:IssueDate"),
    Broken("BR-04", "kind", "", "cbc:InvoiceTypeCode"),
    Broken("BR-05", "currency", "", "cbc:DocumentCurrencyCode"),
    Broken("BR-06", "seller.name", "", f"{SELLER}/cac:PartyLegalEntity/cbc:RegistrationName"),
    Broken("BR-07", "buyer.name", "", f"{BUYER}/cac:PartyLegalEntity/cbc:RegistrationName"),
    Broken("BR-08", "seller.address", Address(), f"{SELLER}/cac:PostalAddress"),
    Broken("BR-09", "seller.address.country", "", f"{SELLER}/cac:PostalAddress/cac:Country"),
    Broken("BR-10", "buyer.address", Address(), f"{BUYER}/cac:PostalAddress"),
    Broken("BR-11", "buyer.address.country", "", f"{BUYER}/cac:PostalAddress/cac:Country"),
    Broken("BR-16", "lines", (), "cac:InvoiceLine"),
    Broken("BR-21", "lines.0.number", "", f"{LINE}/cbc:ID"),
    Broken("BR-22", "lines.0.quantity", None, f"{LINE}/cbc:InvoicedQuantity"),
    Broken("BR-23", "lines.0.unit", "", f"{LINE}/cbc:InvoicedQuantity/@unitCode"),
    Broken("BR-24", "lines.0.net", None, f"{LINE}/cbc:LineExtensionAmount"),
    Broken("BR-25", "lines.0.name", "", f"{LINE}/cac:Item/cbc:Name"),
    Broken("BR-26", "lines.0.price", None, f"{LINE}/cac:Price/cbc:PriceAmount"),
    Broken("BR-27", "lines.0.price", Decimal(-1), f"{LINE}/cac:Price/cbc:PriceAmount", "-1"),
    Broken(
        "BR-28",
        "lines.0.gross_price",
        Decimal(-1),
        f"{LINE}/cac:Price/cac:AllowanceCharge/cbc:BaseAmount",
        "-1",
    ),
    Broken("BR-31", "charges.1.amount", None, f"{LESS}/cbc:Amount"),
    Broken("BR-32", "charges.1.tax", None, f"{LESS}/cac:TaxCategory/cbc:ID"),
    Broken("BR-33", "charges.1.reason", "", f"{LESS}/cbc:AllowanceChargeReason"),
    Broken("BR-36", "charges.0.amount", None, f"{MORE}/cbc:Amount"),
    Broken("BR-37", "charges.0.tax", None, f"{MORE}/cac:TaxCategory/cbc:ID"),
    Broken("BR-38", "charges.0.reason", "", f"{MORE}/cbc:AllowanceChargeReason"),
    Broken("BR-45", "taxes.0.base", None, f"{SUM}/cbc:TaxableAmount"),
    Broken("BR-46", "taxes.0.amount", None, f"{SUM}/cbc:TaxAmount"),
    Broken("BR-47", "taxes.0.tax.category", "", f"{SUM}/cac:TaxCategory/cbc:ID"),
    Broken("BR-49", "payment.means", "", "cac:PaymentMeans/cbc:PaymentMeansCode"),
    Broken("BR-57", "delivery.address.country", "", f"{PLACE}/cac:Country"),
    Broken("BR-61", "payment.iban", "", "cac:PaymentMeans/cac:PayeeFinancialAccount"),
    Broken("BR-62", "seller.endpoint_scheme", "", f"{SELLER}/cbc:EndpointID/@schemeID"),
    Broken("BR-63", "buyer.endpoint_scheme", "", f"{BUYER}/cbc:EndpointID/@schemeID"),
    Broken("BR-CL-04", "currency", "XQX", "cbc:DocumentCurrencyCode", "XQX"),
    Broken(
        "BR-CL-11",
        "seller.registration_scheme",
        "0999",
        f"{SELLER}/cac:PartyLegalEntity/cbc:CompanyID/@schemeID",
        "0999",
    ),
    Broken(
        "BR-CL-14",
        "seller.address.country",
        "XX",
        f"{SELLER}/cac:PostalAddress/cac:Country/cbc:IdentificationCode",
        "XX",
    ),
    Broken(
        "BR-CL-14",
        "buyer.address.country",
        "UK",
        f"{BUYER}/cac:PostalAddress/cac:Country/cbc:IdentificationCode",
        "UK",
    ),
    Broken("BR-CL-16", "payment.means", "999", "cac:PaymentMeans/cbc:PaymentMeansCode", "999"),
    Broken("BR-CL-17", "charges.0.tax.category", "X", f"{MORE}/cac:TaxCategory/cbc:ID", "X"),
    Broken(
        "BR-CL-22",
        "taxes.0.tax.reason_code",
        "NONE",
        f"{SUM}/cac:TaxCategory/cbc:TaxExemptionReasonCode",
        "NONE",
        "AE",
    ),
    Broken("BR-CL-25", "seller.endpoint_scheme", "1234", f"{SELLER}/cbc:EndpointID/@schemeID", "1234"),
    Broken("BR-CO-04", "lines.0.tax", None, f"{LINE}/cac:Item/cac:ClassifiedTaxCategory"),
    Broken("BR-CO-09", "seller.vat_id", "136695976", f"{SELLER}/{VAT_ID}", "136695976"),
    Broken("BR-CO-09", "buyer.vat_id", "XX136695976", f"{BUYER}/{VAT_ID}", "XX136695976"),
    Broken("BR-CO-10", "totals.lines", NO("1067.50"), f"{TOTALS}/cbc:LineExtensionAmount", "1067.50"),
    Broken("BR-CO-11", "totals.discounts", NO("6.00"), f"{TOTALS}/cbc:AllowanceTotalAmount", "6.00"),
    Broken("BR-CO-12", "totals.charges", NO("12.51"), f"{TOTALS}/cbc:ChargeTotalAmount", "12.51"),
    Broken("BR-CO-13", "totals.net", NO("1076.01"), f"{TOTALS}/cbc:TaxExclusiveAmount", "1076.01"),
    Broken("BR-CO-14", "totals.tax", NO("215.21"), "cac:TaxTotal/cbc:TaxAmount", "215.21"),
    Broken("BR-CO-15", "totals.gross", NO("1291.21"), f"{TOTALS}/cbc:TaxInclusiveAmount", "1291.21"),
    Broken("BR-CO-16", "totals.payable", NO("1291.00"), f"{TOTALS}/cbc:PayableAmount", "1291.00"),
    Broken("BR-CO-18", "taxes", (), SUM),
    Broken("BR-CO-25", "due_on", None, "cbc:DueDate", is_official=False),
    Broken("BR-CO-26", "seller", {"vat_id": "", "registration_id": ""}, f"{SELLER}//cbc:CompanyID"),
    Broken("BR-DEC-01", "charges.1.amount", NO("5.001"), f"{LESS}/cbc:Amount", "5.001"),
    Broken("BR-DEC-05", "charges.0.amount", NO("12.501"), f"{MORE}/cbc:Amount", "12.501"),
    Broken("BR-DEC-14", "totals.gross", NO("1291.201"), f"{TOTALS}/cbc:TaxInclusiveAmount", "1291.201"),
    Broken("BR-DEC-18", "totals.payable", NO("1291.201"), f"{TOTALS}/cbc:PayableAmount", "1291.201"),
    Broken("BR-DEC-19", "taxes.0.base", NO("1076.001"), f"{SUM}/cbc:TaxableAmount", "1076.001"),
    Broken("BR-DEC-20", "taxes.0.amount", NO("215.201"), f"{SUM}/cbc:TaxAmount", "215.201"),
    Broken("BR-DEC-23", "lines.0.net", NO("635.001"), f"{LINE}/cbc:LineExtensionAmount", "635.001"),
    Broken("BR-S-01", "taxes.0.tax", Tax("Z"), f"{SUM}/cac:TaxCategory/cbc:ID", "Z"),
    Broken("BR-S-02", "seller.vat_id", "", f"{SELLER}/cac:PartyTaxScheme"),
    Broken(
        "BR-S-05",
        "lines.0.tax.rate",
        Decimal(0),
        f"{LINE}/cac:Item/cac:ClassifiedTaxCategory/cbc:Percent",
        "0",
    ),
    Broken("BR-S-06", "charges.1.tax.rate", Decimal(0), f"{LESS}/cac:TaxCategory/cbc:Percent", "0"),
    Broken("BR-S-07", "charges.0.tax.rate", Decimal(0), f"{MORE}/cac:TaxCategory/cbc:Percent", "0"),
    Broken("BR-S-08", "taxes.0.base", NO("1080.00"), f"{SUM}/cbc:TaxableAmount", "1080.00"),
    Broken("BR-S-09", "taxes.0.amount", NO("217.00"), f"{SUM}/cbc:TaxAmount", "217.00"),
    Broken("BR-S-10", "taxes.0.tax.reason", "Why", f"{SUM}/cac:TaxCategory/cbc:Percent", "+reason"),
    Broken(
        "BR-Z-05",
        "lines.0.tax.rate",
        NO(5),
        f"{LINE}/cac:Item/cac:ClassifiedTaxCategory/cbc:Percent",
        "5",
        "Z",
    ),
    Broken("BR-Z-09", "taxes.0.amount", NO("1.00"), f"{SUM}/cbc:TaxAmount", "1.00", "Z"),
    Broken(
        "BR-E-05",
        "lines.0.tax.rate",
        NO(5),
        f"{LINE}/cac:Item/cac:ClassifiedTaxCategory/cbc:Percent",
        "5",
        "E",
    ),
    Broken("BR-E-08", "taxes.0.base", NO("1080.00"), f"{SUM}/cbc:TaxableAmount", "1080.00", "E"),
    Broken("BR-E-10", "taxes.0.tax.reason", "", f"{SUM}/cac:TaxCategory/cbc:TaxExemptionReason", GONE, "E"),
    Broken("BR-AE-02", "buyer.vat_id", "", f"{BUYER}/cac:PartyTaxScheme", GONE, "AE"),
    Broken(
        "BR-AE-05",
        "lines.0.tax.rate",
        NO(5),
        f"{LINE}/cac:Item/cac:ClassifiedTaxCategory/cbc:Percent",
        "5",
        "AE",
    ),
    Broken("BR-AE-09", "taxes.0.amount", NO("1.00"), f"{SUM}/cbc:TaxAmount", "1.00", "AE"),
    Broken(
        "BR-AE-10",
        "taxes.0.tax.reason_code",
        "",
        f"{SUM}/cac:TaxCategory/cbc:TaxExemptionReasonCode",
        GONE,
        "AE",
    ),
    Broken("BR-IC-02", "buyer.vat_id", "", f"{BUYER}/cac:PartyTaxScheme", GONE, "K"),
    Broken("BR-IC-02", "seller.vat_id", "", f"{SELLER}/cac:PartyTaxScheme", GONE, "K"),
    Broken(
        "BR-IC-10",
        "taxes.0.tax.reason_code",
        "",
        f"{SUM}/cac:TaxCategory/cbc:TaxExemptionReasonCode",
        GONE,
        "K",
    ),
    Broken("BR-IC-11", "delivery.date", None, "cac:Delivery/cbc:ActualDeliveryDate", GONE, "K"),
    Broken("BR-IC-12", "delivery.address", Address(), "cac:Delivery/cac:DeliveryLocation", GONE, "K"),
    Broken("BR-G-02", "seller.vat_id", "", f"{SELLER}/cac:PartyTaxScheme", GONE, "G"),
    Broken(
        "BR-G-10",
        "taxes.0.tax.reason_code",
        "",
        f"{SUM}/cac:TaxCategory/cbc:TaxExemptionReasonCode",
        GONE,
        "G",
    ),
    Broken("BR-O-02", "buyer.vat_id", "FR23334175221", f"{BUYER}/cac:PartyLegalEntity", "+vat", "O"),
    Broken(
        "BR-O-10",
        "taxes.0.tax.reason_code",
        "",
        f"{SUM}/cac:TaxCategory/cbc:TaxExemptionReasonCode",
        GONE,
        "O",
    ),
    Broken("BR-O-12", "taxes.0.tax", OUTSIDE, f"{SUM}/cac:TaxCategory/cbc:ID", "O"),
)


def changed(thing: Any, path: str, value: Any) -> Any:
    """The thing with another value at the path, such as `lines.0.name`; a dict as value: several at once."""
    if not path:
        return replace(thing, **value) if isinstance(value, dict) else value
    name, _dot, rest = path.partition(".")
    if isinstance(thing, tuple):
        at = int(name)
        return (*thing[:at], changed(thing[at], rest, value), *thing[at + 1 :])
    return replace(thing, **{name: changed(getattr(thing, name), rest, value)})


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    return {category: case.document() for category, case in BASES.items()}


def test_what_is_not_broken_breaks_nothing(documents):
    assert [broken_rules(document) for document in documents.values()] == [()] * len(BASES)


def test_each_broken_field_is_named(documents):
    unnamed = []
    for broken in BROKEN:
        reasons = broken_rules(changed(documents[broken.base], broken.path, broken.value))
        named = [reason for reason in reasons if reason.rule == broken.rule]
        if not named or not all(reason.words and reason.field for reason in named):
            unnamed.append((broken.rule, broken.path, [reason.rule for reason in reasons]))
    assert unnamed == []
    assert len({broken.rule for broken in BROKEN}) >= 40


@only_whole("test_each_broken_field_is_named")
def test_the_official_rules_agree(documents):
    differ = []
    for broken in filter(lambda broken: broken.is_official, BROKEN):
        root = etree.fromstring(xml_of(documents[broken.base], Profile.PEPPOL))
        spoil(root, broken)
        official = {finding.rule for finding in schematron_findings(root)}
        if broken.rule not in official:
            differ.append((broken.rule, broken.path, official))
    assert differ == []


def spoil(root: etree._Element, broken: Broken) -> None:
    path, _at, attribute = broken.xpath.partition("/@")
    elements = root.xpath(path, namespaces=NAMESPACES)
    assert elements, broken
    for element in elements:
        if attribute and broken.text is GONE:
            del element.attrib[attribute]
        elif attribute:
            element.set(attribute, broken.text)
        elif broken.text is GONE:
            element.getparent().remove(element)
        elif broken.text == "+reason":
            reason = etree.Element(f"{{{NAMESPACES['cbc']}}}TaxExemptionReason")
            reason.text = "Why"
            element.addnext(reason)
        elif broken.text == "+vat":
            element.addprevious(etree.fromstring(VAT))
        else:
            element.text = broken.text


VAT = f"""
<cac:PartyTaxScheme xmlns:cac="{NAMESPACES["cac"]}" xmlns:cbc="{NAMESPACES["cbc"]}">
  <cbc:CompanyID>FR23334175221</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>
</cac:PartyTaxScheme>
"""
