"""Expiry of exports: nobody waits for a store for ever, and nothing is kept for ever."""

import datetime as dt

from django.utils.translation import gettext as _

from arportal.documents.models import Export, ExportItem
from arportal.documents.models.exports import KEPT

# A store that cannot be asked for so long is not waited for any more.
PATIENCE = dt.timedelta(days=1)


def give_up_waiting(now: dt.datetime) -> None:
    """Files for which the store could not be asked in a whole day are failures; their exports end."""
    late = ExportItem.objects.filter(
        export__state=Export.State.RUNNING,
        export__began_at__lt=now - PATIENCE,
        state=ExportItem.State.WAITING,
    )
    late.update(
        state=ExportItem.State.FAILED,
        reason=_("The store could not be reached for a whole day."),
        is_worth_retrying=True,
        settled_at=now,
    )


def remove_old(now: dt.datetime) -> None:
    """Deletes exports that were finished longer ago than `KEPT`, with every file of theirs."""
    Export.objects.filter(finished_at__lt=now - KEPT).delete()
