"""The e-invoice of an invoice as a file: a PDF with the XML inside, or the XML alone."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from arportal.documents.branding.letterheads import Letterhead, letterhead_of
from arportal.documents.einvoices.building import document_of
from arportal.documents.einvoices.document import Document
from arportal.documents.einvoices.facts import Buyer, Facts
from arportal.documents.einvoices.profiles import Profile
from arportal.documents.einvoices.reasons import Incomplete, Reason
from arportal.documents.einvoices.text import compact
from arportal.documents.einvoices.writing.view import EInvoiceView
from arportal.documents.einvoices.writing.xml import xml_of
from arportal.documents.einvoices.writing.xmp import einvoice_xmp
from arportal.documents.invoices import company_of, content_key, file_name_of
from arportal.documents.rendering.cache import key_of
from arportal.documents.rendering.files import Pdf, made_once
from arportal.documents.rendering.render_job import Enclosed, RenderJob
from arportal.documents.rendering.rendering import in_their_language, make_job
from arportal.mirror.models import Invoice
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership

# The name that readers look for.
ENCLOSED = "factur-x.xml"
# As it stands in text without blanks.
IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


@dataclass(frozen=True, slots=True)
class FacturX:
    """A PDF/A-3 and the XML that lies in it."""

    pdf: Pdf
    xml: bytes = field(repr=False)


def einvoice_pdf(
    actor: Membership, invoice: Invoice, facts: Facts, buyer: Buyer, letterhead: Letterhead | None = None
) -> Pdf:
    """The PDF of `factur_x` alone. Raises as it does."""
    return factur_x(actor, invoice, facts, buyer, letterhead).pdf


def factur_x(
    actor: Membership, invoice: Invoice, facts: Facts, buyer: Buyer, letterhead: Letterhead | None = None
) -> FacturX:
    """Our PDF of the invoice as Factur-X (ZUGFeRD): PDF/A-3 with the XML inside; made once for the same content.

    Who makes many reads the `letterhead` once. Raises NotAllowed, Incomplete, DocumentFailed.
    """
    require(actor, Permission.READ, company_id=invoice.company_id)
    return made_of(invoice, facts, buyer, letterhead or letterhead_of(actor.store))


def made_of(invoice: Invoice, facts: Facts, buyer: Buyer, letterhead: Letterhead) -> FacturX:
    """The same for nobody in particular. Raises Incomplete, DocumentFailed."""
    document = document_of(invoice, facts, buyer)
    if reasons := differing(document, letterhead):
        raise Incomplete(reasons)
    xml = xml_of(document, Profile.FACTUR_X)
    key = einvoice_key(invoice, facts, buyer, letterhead)
    pdf = made_once(file_name_of(invoice), key, lambda: einvoice_job(letterhead, invoice, document, xml))
    return FacturX(pdf, xml)


def einvoice_key(invoice: Invoice, facts: Facts, buyer: Buyer, letterhead: Letterhead) -> str:
    """Another one whenever the PDF or its XML may differ, told without making either."""
    return key_of("e-invoice", content_key(letterhead, invoice), repr(facts), repr(buyer))


def differing(document: Document, letterhead: Letterhead) -> tuple[Reason, ...]:
    """The reasons for which paper and file would say different things: two accounts to pay to."""
    written = compact(letterhead.bank_details)
    if document.payment is None or document.payment.iban in written or not IBAN.search(written):
        return ()
    words = _(
        "The bank details on your documents name another account than %(iban)s, that of your e-invoices."
    )
    return (Reason("seller.iban", words % {"iban": document.payment.iban}, of="store"),)


def einvoice_xml(
    actor: Membership, invoice: Invoice, profile: Profile, facts: Facts, buyer: Buyer
) -> tuple[str, bytes]:
    """The XML of the invoice and its file name. Raises NotAllowed, Incomplete."""
    require(actor, Permission.READ, company_id=invoice.company_id)
    xml = xml_of(document_of(invoice, facts, buyer), profile)
    return re.sub(r"\.pdf\Z", f" {profile}.xml", file_name_of(invoice)), xml


def einvoice_job(letterhead: Letterhead, invoice: Invoice, document: Document, xml: bytes) -> RenderJob:
    with in_their_language():
        words = _("The invoice for machines (Factur-X, ZUGFeRD)")
    enclosed = Enclosed(
        name=ENCLOSED,
        description=words,
        content=xml,
        # Not the time at which it is made: the same invoice gives the same bytes.
        written_at=dt.datetime.combine(document.issued_on or dt.date.min, dt.time()),
        xmp=einvoice_xmp(),
    )
    view = EInvoiceView(invoice, letterhead, company_of(invoice), document)
    return replace(make_job("invoice.html", {"view": view}, letterhead), enclosed=enclosed)
