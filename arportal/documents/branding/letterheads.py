"""What a store's documents have in common: who sends them, how they look, and what they tell buyers to do."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
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

    @property
    def pictures(self) -> Mapping[str, bytes]:
        if self.new_logo or self.logo_id is None:
            return {PICTURE: self.new_logo} if self.new_logo else {}
        return {PICTURE: _logo(self.logo_id)}

    @property
    def css(self) -> str:
        return _css(self.accent, self.fill, self.paper)


def letterhead_of(store: Store) -> Letterhead:
    return letterhead(store, branding_of(store))


def branding_of(store: Store) -> Branding:
    """The branding that counts now; one without a word when nobody has saved any."""
    return Branding.objects.filter(store=store).order_by("-id").first() or Branding(store=store)


def letterhead(store: Store, branding: Branding, *, new_logo: bytes = b"") -> Letterhead:
    """As documents of the store would have it with this branding, saved or not."""
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
        extra_fields=_shown_to_buyers(store),
        new_logo=new_logo,
    )


def _shown_to_buyers(store: Store) -> tuple[str, ...]:
    rows = ExtraField.objects.filter(store=store, of="invoices", gone_at=None).order_by("name")
    return tuple(row.name for row in rows if b2b.ExtraField.parse(row.raw).is_visible_to_buyers)


@lru_cache(maxsize=64)
def _logo(logo_id: int) -> bytes:
    return bytes(Logo.objects.get(pk=logo_id).content)


@lru_cache(maxsize=64)
def _css(accent: str, fill: str, paper: str) -> str:
    look = {"accent": accent, "fill": fill, "on_fill": readable_on(fill), "paper": paper}
    return render_to_string("documents/paper.css", look | {"page": _("Page"), "of": _("of")})
