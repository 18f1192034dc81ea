"""The finished archive: made in a temporary file, kept in PostgreSQL by the megabyte, all or nothing.

A worker that dies while packing leaves nothing behind; the next one packs anew from the files that are kept.
"""

import hashlib
import logging
import tempfile
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.documents.exports.contents import files_of
from arportal.documents.exports.lists import failures_csv, manifest_csv
from arportal.documents.exports.merging import TooLarge, merge
from arportal.documents.models import Archive, ArchivePiece, Export, ExportFile, ExportItem

logger = logging.getLogger(__name__)

PIECE = 1024 * 1024
MANIFEST, FAILURES = "manifest.csv", "failures.csv"
State = Export.State


def close(export: Export) -> bool:
    """Whether every file is settled; then the export is closed to further work and can be packed."""
    unsettled = [ExportItem.State.WAITING, ExportItem.State.TAKEN]
    over = Export.objects.filter(pk=export.pk, state=State.RUNNING).exclude(items__state__in=unsettled)
    return bool(over.update(state=State.PACKING, waits_until=None, problem=""))


def pack(export: Export) -> None:
    """Make the archive of what is done, and have it stand for the export."""
    try:
        _pack(export)
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


def _pack(export: Export) -> None:
    with tempfile.TemporaryFile() as file:
        if export.shape == Export.Shape.MERGED:
            merge(export, file)
        else:
            _zip(export, file)
        with transaction.atomic():
            _keep(export, file)


def _zip(export: Export, file: BinaryIO) -> None:
    """Stored as they are: PDFs are packed already."""
    with zipfile.ZipFile(file, "w") as archive:
        for kept in files_of(export):
            archive.writestr(_entry(export, kept.item), kept.content)
        archive.writestr(MANIFEST, manifest_csv(export), zipfile.ZIP_DEFLATED)
        if failures := failures_csv(export):
            archive.writestr(FAILURES, failures, zipfile.ZIP_DEFLATED)


def _entry(export: Export, item: ExportItem) -> zipfile.ZipInfo:
    moment = (item.settled_at or export.asked_at).astimezone(export.store.zone)
    entry = zipfile.ZipInfo(item.filename, moment.timetuple()[:6])
    entry.external_attr = 0o644 << 16
    return entry


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
    for position, content in enumerate(_pieces(file)):
        digest.update(content)
        archive.size += len(content)
        ArchivePiece.objects.create(archive=archive, position=position, content=content)
    archive.sha256 = digest.hexdigest()
    archive.save(update_fields=["sha256", "size"])
    if not export.items.filter(state=ExportItem.State.FAILED).exists():
        # Nothing can be added any more, so nothing will be packed again.
        ExportFile.objects.filter(item__export=export).delete()


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while content := file.read(PIECE):
        yield content
