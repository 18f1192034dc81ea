"""The letterhead: all that a store's documents share, such as sender, look, and what they tell buyers to do."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from arportal import b2b
from arportal.documents.branding.colours import readable_on
from arportal.documents.models import Branding, Logo
from arportal.mirror.models import ExtraField
from arportal.stores.models import Store

PICTURE = "logo"


@dataclass(frozen=True)
class Letterhead:
    """All a document takes from its store, read once for any number of documents.

    `logo_id` names a Logo, whose content never changes. `extra_fields`: those of invoices that the merchant shows
    to buyers; the others may be notes for the house.
    """

    store_id: int
    zone: ZoneInfo
    name: str
    address: str
    contact: str
    tax_id: str
    bank_details: str
    payment_instructions: str
    footer: str
    accent: str
    fill: str
    paper: str
    logo_id: int | None
    extra_fields: tuple[str, ...]
    # A logo nobody has saved yet, as PNG.
    new_logo: bytes = b""

    @cached_property
    def fingerprint(self) -> str:
        """Another one whenever a document of this store may look different."""
        parts = [f"{field.name}={getattr(self, field.name)!s}" for field in fields(self)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    @property
    def asks_to_be_paid(self) -> bool:
        return bool(self.bank_details or self.payment_instructions)

    @property
    def has_logo(self) -> bool:
        return bool(self.new_logo) or self.logo_id is not None

    @cached_property
    def pictures(self) -> Mapping[str, bytes]:
        """The logo as PNG under its name in documents, read once; empty without one."""
        if self.new_logo:
            return {PICTURE: self.new_logo}
        if self.logo_id is None:
            return {}
        return {PICTURE: bytes(Logo.objects.get(pk=self.logo_id).content)}

    @cached_property
    def css(self) -> str:
        """The whole style of documents, in the language that is active when it is first read."""
        look = {
            "accent": self.accent,
            "fill": self.fill,
            "on_fill": readable_on(self.fill),
            "paper": self.paper,
            "page": _("Page"),
            "of": _("of"),
        }
        return render_to_string("documents/paper.css", look)


def letterhead_of(store: Store) -> Letterhead:
    return letterhead(store, branding_of(store))


def branding_of(store: Store) -> Branding:
    """The branding that counts now; one without a word when nobody has saved any."""
    return Branding.objects.filter(store=store).order_by("-id").first() or Branding(store=store)


def letterhead(store: Store, branding: Branding, *, new_logo: bytes = b"") -> Letterhead:
    """The letterhead of the store with this branding, saved or not."""
    fields_of_invoices = ExtraField.objects.filter(store=store, of="invoices", gone_at=None).order_by("name")
    return Letterhead(
        store_id=store.pk,
        zone=store.zone,
        name=branding.name or store.name,
        address=branding.address,
        contact=branding.contact,
        tax_id=branding.tax_id,
        bank_details=branding.bank_details,
        payment_instructions=branding.payment_instructions,
        footer=branding.footer,
        accent=branding.accent,
        fill=branding.fill,
        paper=branding.paper,
        logo_id=branding.logo_id,
        extra_fields=tuple(
            field.name for field in fields_of_invoices if b2b.ExtraField.parse(field.raw).is_visible_to_buyers
        ),
        new_logo=new_logo,
    )
