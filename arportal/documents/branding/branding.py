"""Changing how a store's documents look, and whom they tell to pay."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from arportal.documents.branding.letterheads import branding_of
from arportal.documents.branding.logos import CleanLogo
from arportal.documents.models import Branding, Logo
from arportal.receivables.changes.errors import Conflict
from arportal.stores.access import Permission, require
from arportal.stores.activity import Kind, record
from arportal.stores.models import Membership, Store

FIELDS = (
    "name",
    "address",
    "contact",
    "tax_id",
    "bank_details",
    "payment_instructions",
    "footer",
    "accent",
    "fill",
    "paper",
)


class SavedRow(Protocol):
    @property
    def saved_by(self) -> Membership | None: ...


def saved_meanwhile(newest: SavedRow) -> Conflict:
    """The refusal when somebody else has saved since this was read; it says who."""
    if newest.saved_by is None:
        return Conflict(_("Somebody else has saved this meanwhile."))
    return Conflict(_("%(person)s has saved this meanwhile.") % {"person": newest.saved_by.user})


@dataclass(frozen=True, slots=True)
class Saved:
    """One saving, and the fields it changed: their names, and what stood there before."""

    branding: Branding
    before: dict[str, str]


def save_branding(
    actor: Membership, wanted: Branding, *, based_on: int | None, new_logo: CleanLogo | None = None
) -> bool:
    """Adds `wanted` as the branding that counts. Returns False, and adds nothing, if it is as the one before.

    `based_on`: the id of the branding its author saw (None: there was none). `new_logo` replaces the logo of
    `wanted`. Raises NotAllowed, Conflict.
    """
    require(actor, Permission.BRAND)
    with transaction.atomic():
        # Whoever saves waits here for whoever saves before.
        Store.objects.select_for_update(no_key=True).get(pk=actor.store_id)
        newest = branding_of(actor.store)
        if new_logo is not None:
            wanted.logo, _is_new = Logo.objects.get_or_create(
                store=actor.store,
                sha256=new_logo.sha256,
                defaults={"content": new_logo.content, "width": new_logo.width, "height": new_logo.height},
            )
        if not _differences(newest, wanted):
            return False
        if newest.pk != based_on:
            raise saved_meanwhile(newest)
        wanted.pk, wanted.store, wanted.saved_by = None, actor.store, actor
        wanted.save(force_insert=True)
        before = _differences(newest, wanted)
        fields = ", ".join(name.replace("_", " ") for name in before)
        words = _("Branding of documents: %(fields)s") % {"fields": fields}
        record(actor, Kind.TEXT, words, details={"before": before, "branding": wanted.pk})
    return True


def history(store: Store, most: int) -> Iterator[Saved]:
    """The latest savings, newest first."""
    rows = Branding.objects.filter(store=store).select_related("saved_by__user").order_by("-id")
    # Before the first saving there was a branding without a word.
    newest_first = [*rows[: most + 1], Branding(store=store)]
    for branding, earlier in islice(pairwise(newest_first), most):
        yield Saved(branding, _differences(earlier, branding))


def _differences(before: Branding, after: Branding) -> dict[str, str]:
    changed = {
        name: getattr(before, name) for name in FIELDS if getattr(before, name) != getattr(after, name)
    }
    return changed if before.logo_id == after.logo_id else {**changed, "logo": ""}
