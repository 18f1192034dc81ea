"""Cancelling an export, and trying again what failed."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.documents.exports import jobs
from arportal.documents.models import Export, ExportItem
from arportal.receivables.changes.errors import Invalid
from arportal.stores.access import NotAllowed, Permission, may
from arportal.stores.models import Membership

State = Export.State


def may_steer(actor: Membership, export: Export) -> bool:
    """True for who asked for it, and for who may say in other ways, too, what the store's requests are spent on."""
    return export.actor_id == actor.pk or may(actor, Permission.SYNC)


def cancel(actor: Membership, export: Export) -> None:
    """Stop the work; what is done is kept, so that it can be carried on. Raises NotAllowed, Invalid."""
    _require(actor, export)
    unfinished = Export.objects.unfinished().filter(pk=export.pk)
    words = _("Cancelled by %(person)s.") % {"person": actor.user}
    if not unfinished.update(state=State.STOPPED, finished_at=timezone.now(), problem=words):
        raise Invalid({"": [_("It is no longer under way.")]})


def carry_on(actor: Membership, export: Export) -> None:
    """Do what is missing: the failures of a finished export, or the rest of a stopped one.

    What is done is not done again. Raises NotAllowed, Invalid.
    """
    _require(actor, export)
    failed = export.items.filter(state=ExportItem.State.FAILED)
    over = Export.objects.filter(pk=export.pk, state=State.STOPPED)
    if failed.exists():
        over |= Export.objects.filter(pk=export.pk, state=State.READY)
    again = {"state": State.RUNNING, "began_at": timezone.now(), "finished_at": None, "problem": ""}
    with transaction.atomic():
        if not over.update(**again):
            raise Invalid({"": [_("There is nothing left to do.")]})
        failed.update(state=ExportItem.State.WAITING, tries=0, lane=None)
        export.refresh_from_db(fields=["state"])
        jobs.ask_for_work(export)


def _require(actor: Membership, export: Export) -> None:
    if not may_steer(actor, export):
        raise NotAllowed(_("Somebody else requested this export; your role may not change it."))
