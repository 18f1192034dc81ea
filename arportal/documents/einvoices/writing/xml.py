"""The XML of an e-invoice, written by the package factur-x."""

import threading

from facturx import generate_cii_xml, generate_ubl_xml
from lxml import etree

from arportal.documents.einvoices.document import Document
from arportal.documents.einvoices.profiles import Profile, reasons
from arportal.documents.einvoices.reasons import Incomplete
from arportal.documents.einvoices.writing.terms import terms_of

BASIC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
# What a file of the profile says that it is.
CUSTOMIZATIONS = {
    Profile.XRECHNUNG: "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0",
    Profile.PEPPOL: "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
}
BILLING = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
# The package puts its own tables right when they are first used, and two threads would do so at once.
_one_at_a_time = threading.Lock()


def xml_of(document: Document, profile: Profile) -> bytes:
    """The file of a document that breaks no rule. Raises Incomplete with what the profile wants beyond that."""
    if missing := reasons(document, profile):
        raise Incomplete(missing)
    terms = terms_of(document)
    # Official schemas and rules are run on what comes out by the tests and by `read_back`, not at each writing.
    generate = generate_ubl_xml if profile.is_ubl else generate_cii_xml
    if profile.is_ubl:
        terms["BT-23"] = BILLING
    with _one_at_a_time:
        root = etree.fromstring(generate(terms, "en16931", check_xsd=False, check_schematron=None))
    if profile.is_ubl:
        _customize(root, profile)
    # What the package has nothing to say about comes out as nil, which no schema of an e-invoice allows.
    for nil in root.iterfind(f".//*[@{NIL}]"):
        del nil.attrib[NIL]
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return content


def _customize(root: etree._Element, profile: Profile) -> None:
    """Names the profile: the package knows those of France alone, and names a version that EN 16931 does not want."""
    root.find(f"{BASIC}CustomizationID").text = CUSTOMIZATIONS[profile]
    root.remove(root.find(f"{BASIC}UBLVersionID"))
    # XRechnung wants a rate in every sum of tax (BR-DE-14), of what is not subject to tax as well.
    sums = root.iterfind(".//{*}TaxSubtotal/{*}TaxCategory") if profile is Profile.XRECHNUNG else ()
    for category in sums:
        if category.find(f"{BASIC}Percent") is None:
            rate = etree.Element(f"{BASIC}Percent")
            rate.text = "0"
            category.find(f"{BASIC}ID").addnext(rate)
