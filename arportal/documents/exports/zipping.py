"""Many PDFs in a zip file, with a list of what is in it and one of what is missing."""

import zipfile
from typing import Any, BinaryIO

from arportal.documents.exports.contents import files_of
from arportal.documents.exports.lists import failures_csv, manifest_csv
from arportal.documents.models import Export

MANIFEST, FAILURES = "manifest.csv", "failures.csv"


def zip_files(export: Export, file: BinaryIO) -> None:
    """Writes the zip: the PDFs stored as they are, for they are packed already, with the XML of e-invoices beside
    them, and the two lists."""
    with zipfile.ZipFile(file, "w") as archive:
        for kept in files_of(export):
            item = kept.item
            moment = (item.settled_at or export.asked_at).astimezone(export.store.zone).timetuple()[:6]
            archive.writestr(_entry(item.filename, moment), kept.content)
            if kept.xml:
                archive.writestr(_entry(item.xml_name, moment), kept.xml, zipfile.ZIP_DEFLATED)
        archive.writestr(MANIFEST, manifest_csv(export), zipfile.ZIP_DEFLATED)
        if failures := failures_csv(export):
            archive.writestr(FAILURES, failures, zipfile.ZIP_DEFLATED)


def _entry(name: str, moment: Any) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, moment)
    # Without it some systems unpack files that nobody may read.
    entry.external_attr = 0o644 << 16
    return entry
