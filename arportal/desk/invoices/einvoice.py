"""An invoice as an e-invoice: the panel on its page, which says what stands in the way, and the files."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.format.formats import formatter
from arportal.desk.site.links import link
from arportal.documents.branding.letterheads import letterhead_of
from arportal.documents.einvoices.building import document_of
from arportal.documents.einvoices.making import differing
from arportal.documents.einvoices.profiles import Profile, reasons
from arportal.documents.einvoices.reasons import Incomplete, Reason
from arportal.documents.einvoices.records import known_of
from arportal.mirror.models import Invoice
from arportal.stores.access import Permission, may
from arportal.stores.models import Membership

PROFILES = {profile.value: profile for profile in Profile}
LABELS = {
    Profile.FACTUR_X: _lazy("Factur-X (ZUGFeRD), PDF"),
    Profile.XRECHNUNG: _lazy("XRechnung, XML"),
    Profile.PEPPOL: _lazy("Peppol, XML"),
}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A reason for people; `url` is the page where it can be mended by this person, or ""."""

    words: str
    rule: str
    url: str


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to send it: the file at `url`, or what stands in the way."""

    label: str
    url: str
    obstacles: tuple[Obstacle, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """`is_set_up`: the store has said who it is. Where `obstacles` stand in everything's way, there is no offer."""

    is_set_up: bool
    obstacles: tuple[Obstacle, ...] = ()
    offers: tuple[Offer, ...] = ()


def panel_of(actor: Membership, invoice: Invoice) -> Panel:
    known = known_of(actor.store, invoice.company_id)
    if known.facts is None:
        return Panel(is_set_up=False)
    try:
        document = document_of(invoice, known.facts, known.buyer)
    except Incomplete as incomplete:
        return Panel(is_set_up=True, obstacles=obstacles(actor, invoice, incomplete.reasons))
    # Paper is a PDF's alone.
    on_paper = {Profile.FACTUR_X: differing(document, letterhead_of(actor.store))}
    offers = (
        Offer(
            str(LABELS[profile]),
            reverse("desk:invoice_einvoice", args=[actor.store.slug, invoice.api_id, profile.value]),
            obstacles(actor, invoice, (*reasons(document, profile), *on_paper.get(profile, ()))),
        )
        for profile in Profile
    )
    return Panel(is_set_up=True, offers=tuple(offers))


def obstacles(actor: Membership, invoice: Invoice, reasons: Iterable[Reason]) -> tuple[Obstacle, ...]:
    return tuple(
        Obstacle(told(reason), reason.rule, mending_url(actor, reason, invoice.company_id))
        for reason in dict.fromkeys(reasons)
    )


def told(reason: Reason) -> str:
    """The reason, and by how much the figures are apart."""
    if reason.by is None:
        return reason.words
    return _("%(words)s Apart by %(amount)s.") % {
        "words": reason.words,
        "amount": formatter().amount(reason.by),
    }


def mending_url(actor: Membership, reason: Reason, company_id: int) -> str:
    """The page where the reason can be mended; "" where this person may not, and for the invoice itself."""
    slug = actor.store.slug
    if reason.of == "store" and may(actor, Permission.BRAND):
        return link("einvoice_taxes" if reason.field.startswith("rules") else "einvoice_seller", slug)
    if reason.of == "company" and may(actor, Permission.ADMINISTER_COMPANY):
        return link("company_einvoice", slug, company_id)
    return ""
