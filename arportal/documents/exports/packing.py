"""The finished archive: made in a temporary file, kept in PostgreSQL by the megabyte, all or nothing.

A worker that dies while packing leaves nothing behind; the next one packs anew from the files that are kept.
"""

import hashlib
import logging
import tempfile
from functools import partial
from typing import BinaryIO

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.documents.exports.lists import failures_csv, manifest_csv
from arportal.documents.exports.merging import TooLarge, merge
from arportal.documents.exports.zipping import zip_files
from arportal.documents.models import Archive, ArchivePiece, Export, ExportFile, ExportItem

logger = logging.getLogger(__name__)

PIECE = 1024 * 1024
State = Export.State


def close(export: Export) -> bool:
    """True if every file is settled; then the export is closed to further work and can be packed."""
    unsettled = [ExportItem.State.WAITING, ExportItem.State.TAKEN]
    over = Export.objects.filter(pk=export.pk, state=State.RUNNING).exclude(items__state__in=unsettled)
    return bool(over.update(state=State.PACKING, waits_until=None, problem=""))


def pack(export: Export) -> None:
    """Make the archive of what is done, and have it stand for the export."""
    try:
        with tempfile.TemporaryFile() as file:
            if export.shape == Export.Shape.MERGED:
                merge(export, file)
            elif export.shape == Export.Shape.ZIP:
                zip_files(export, file)
            with transaction.atomic():
                _keep(export, file)
    except DatabaseError:
        raise  # It passes, and the export is packed then.
    except TooLarge as too_large:
        _stop(export, str(too_large))
    except Exception:
        logger.exception("export %s could not be packed", export.pk)
        _stop(export, _("The files could not be packed; arportal's log says why."))


def _stop(export: Export, problem: str) -> None:
    stopped = {"state": State.STOPPED, "finished_at": timezone.now(), "problem": problem}
    Export.objects.filter(pk=export.pk, state=State.PACKING).update(**stopped)


def _keep(export: Export, file: BinaryIO) -> None:
    packing = Export.objects.filter(pk=export.pk, state=State.PACKING)
    if not packing.update(state=State.READY, finished_at=timezone.now()):
        return  # It was stopped meanwhile.
    Archive.objects.filter(export=export).delete()
    archive = Archive.objects.create(
        export=export,
        files=export.items.filter(state=ExportItem.State.DONE).count(),
        manifest=manifest_csv(export),
        failures=failures_csv(export),
    )
    digest = hashlib.sha256()
    file.seek(0)
    for position, content in enumerate(iter(partial(file.read, PIECE), b"")):
        digest.update(content)
        archive.size += len(content)
        ArchivePiece.objects.create(archive=archive, position=position, content=content)
    archive.sha256 = digest.hexdigest()
    archive.save(update_fields=["sha256", "size"])
    if not export.items.filter(state=ExportItem.State.FAILED).exists():
        # Nothing can be added any more, so nothing will be packed again.
        ExportFile.objects.filter(item__export=export).delete()
