"""The best document of an invoice: an e-invoice where it can be one, else our plain PDF, and why."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from arportal.documents.branding.letterheads import Letterhead
from arportal.documents.einvoices.facts import Facts
from arportal.documents.einvoices.making import factur_x
from arportal.documents.einvoices.profiles import Profile
from arportal.documents.einvoices.reasons import Incomplete, Reason
from arportal.documents.einvoices.records import Known
from arportal.documents.invoices import our_pdf
from arportal.documents.rendering.files import Pdf
from arportal.mirror.models import Invoice
from arportal.stores.models import Membership

# Of a verdict: the invoice's page has all.
REASONS = 3


@dataclass(frozen=True, slots=True)
class Best:
    """`xml`, which lies in the PDF as well, is empty for a plain PDF; then `reasons` say why it is plain."""

    pdf: Pdf
    xml: bytes = field(default=b"", repr=False)
    reasons: tuple[Reason, ...] = ()

    @property
    def profile(self) -> str:
        return Profile.FACTUR_X if self.xml else ""

    @property
    def verdict(self) -> str:
        """The profile's rules are kept, or why they are not, in words."""
        if self.xml:
            return _("Keeps the rules of EN 16931.")
        words = [reason.words for reason in self.reasons[:REASONS]]
        if more := len(self.reasons[REASONS:]):
            words.append(_("And %(number)d more, on its page.") % {"number": more})
        return " ".join(words)


def facts_in(known: Known) -> Facts:
    """Raises Incomplete while the store has said nothing of itself."""
    if known.facts is None:
        words = _("The store has not said yet who it is on e-invoices (Settings, E-invoices).")
        raise Incomplete([Reason("seller", words, of="store")])
    return known.facts


def best_document(actor: Membership, invoice: Invoice, known: Known, letterhead: Letterhead) -> Best:
    """Raises NotAllowed, DocumentFailed."""
    try:
        made = factur_x(actor, invoice, facts_in(known), known.buyer, letterhead)
    except Incomplete as incomplete:
        return Best(our_pdf(actor, invoice, letterhead), reasons=incomplete.reasons)
    return Best(made.pdf, made.xml)
