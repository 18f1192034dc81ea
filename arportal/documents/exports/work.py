"""An export's work, file by file: every result is committed before the next is begun, so a death costs one file.

Several lanes work on an export side by side, each one job at a time (a lock of the queue), and each makes room for
other exports after a while. Who takes a file writes its lane on it: what a lane finds with its own number when it
starts was taken by a worker that died.
"""

import hashlib
import logging
import time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.documents.branding.letterheads import Letterhead, letterhead_of
from arportal.documents.exports.sources import Failed, NotNow, pdf_of
from arportal.documents.models import Export, ExportFile, ExportItem

logger = logging.getLogger(__name__)

# Seconds after which a lane makes room for other exports; not sooner, for a worker notices only seconds later that
# a lock has become free.
SLICE = 60.0
# What fails in a way that may pass is tried once more, after everything else.
MOST_TRIES = 2
State = ExportItem.State


def work(export: Export, lane: int) -> float | None:
    """Works for a while. Returns seconds until there is more to do for this lane, None if there is not."""
    export.items.filter(state=State.TAKEN, lane=lane).update(state=State.WAITING, lane=None)
    letterhead = letterhead_of(export.store)
    deadline = time.monotonic() + SLICE
    while time.monotonic() < deadline:
        item = _take(export, lane)
        if item is None:
            return None
        try:
            _do(export, item, letterhead)
        except NotNow as later:
            _settle(item, state=State.WAITING, lane=None)
            until = timezone.now() + later.pause
            Export.objects.filter(pk=export.pk).update(waits_until=until, problem=str(later))
            return later.seconds
    return 0.0


def _take(export: Export, lane: int) -> ExportItem | None:
    """The next file to do; none once the export was cancelled."""
    with transaction.atomic():
        waiting = ExportItem.objects.filter(
            export=export, export__state=Export.State.RUNNING, state=State.WAITING
        )
        item = waiting.select_for_update(skip_locked=True, of=("self",)).order_by("tries", "position").first()
        if item is not None:
            item.state, item.lane = State.TAKEN, lane
            item.save(update_fields=["state", "lane"])
    return item


def _do(export: Export, item: ExportItem, letterhead: Letterhead) -> None:
    try:
        got = pdf_of(export, item, letterhead)
        with transaction.atomic():
            is_ours = _settle(
                item,
                state=State.DONE,
                sha256=hashlib.sha256(got.content).hexdigest(),
                size=len(got.content),
                was_kept=got.was_kept,
                profile=got.profile,
                verdict=got.verdict,
                xml_sha256=hashlib.sha256(got.xml).hexdigest() if got.xml else "",
                reason="",
            )
            if is_ours and export.shape != Export.Shape.MAIL:
                ExportFile.objects.create(item=item, content=got.content, xml=got.xml)
    except NotNow:
        raise
    except Failed as failure:
        _fail(item, str(failure), may_pass=failure.may_pass)
    except Exception:
        # Whatever it is, it is no reason to hold up the others.
        logger.exception("export %s: no PDF of %s", export.pk, item)
        _fail(item, _("arportal could not make this file; its log says why."), may_pass=True)


def _fail(item: ExportItem, reason: str, *, may_pass: bool) -> None:
    tries = item.tries + 1
    again = may_pass and tries < MOST_TRIES
    state = State.WAITING if again else State.FAILED
    _settle(item, state=state, tries=tries, reason=reason, is_worth_retrying=may_pass)


def _settle(item: ExportItem, **values: object) -> bool:
    """True if it was still this lane's: a worker that was only thought dead must not settle a file twice."""
    taken = ExportItem.objects.filter(pk=item.pk, state=State.TAKEN, lane=item.lane)
    return bool(taken.update(settled_at=timezone.now(), **values))
