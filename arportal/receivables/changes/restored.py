"""Changes of a database that was put back to an earlier moment: what was open then may have been done since."""

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest, Now
from django.utils.translation import ngettext

from arportal.b2b.errors import NotFound
from arportal.mirror.api.connections import background, client_for
from arportal.receivables.changes import changes
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.models import Change
from arportal.stores.activity import Kind, record
from arportal.stores.models import Store


def doubt_open_changes(store: Store) -> int:
    """Makes every Change that may have been sent `unknown`, with a quarantine that begins now, so that the store is
    looked at before anything is sent. Returns how many. No worker may run. Raises B2BError, nothing done.

    One that waited for a second person may have been approved since. It must not be sent without one, so it is looked
    up here, and doubted only if it was done.
    """
    with background():
        waiting = Change.objects.filter(store=store).to_approve().select_related("store", "actor")
        approved = [change.pk for change in waiting if _was_done(change)]
    mine = Change.objects.filter(store=store)
    doubted = mine.under_way() | mine.filter(pk__in=approved)
    with transaction.atomic():
        count = doubted.update(
            state=Change.State.UNKNOWN, attempts=Greatest(F("attempts"), 1), sent_at=Now(), looked_at=None
        )
        words = ngettext(
            "The database was restored to an earlier moment: %(count)d change is looked up before it is sent",
            "The database was restored to an earlier moment: %(count)d changes are looked up before they are sent",
            count,
        )
        record(store, Kind.STORE, words % {"count": count})
    return count


def _was_done(change: Change) -> bool:
    try:
        result = changes.handlers[change.verb].look_up(client_for(change.store), change)
    except NotFound:
        return False  # The thing itself is gone: whoever approves it is told so.
    return result.outcome is LookupOutcome.DONE
