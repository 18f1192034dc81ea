"""Many PDFs as one, with a bookmark for each invoice."""

from io import BytesIO
from typing import BinaryIO

import pikepdf
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from arportal.documents.exports.contents import files_of
from arportal.documents.models import Export, ExportItem

# Until it is written, all that goes into a merged PDF is in memory.
MOST_BYTES = 500 * 1024 * 1024


class TooLarge(Exception):
    """These cannot be merged; the message says what to do instead."""


def merge(export: Export, file: BinaryIO) -> None:
    """Write the merged PDF. What cannot be read as a PDF becomes a failure of the export. Raises TooLarge."""
    size = export.items.filter(state=ExportItem.State.DONE).aggregate(sum=Sum("size"))["sum"] or 0
    if size > MOST_BYTES:
        words = _("Together these PDFs are too large to be merged (%(size)s). Export them as a zip file.")
        raise TooLarge(words % {"size": filesizeformat(size)})
    bookmarks: list[pikepdf.OutlineItem] = []
    with pikepdf.new() as merged:
        for kept in files_of(export):
            item, page = kept.item, len(merged.pages)
            if _append(merged, bytes(kept.content)):
                bookmarks.append(pikepdf.OutlineItem(f"{item.number} {item.company_name}".strip(), page))
            else:
                _leave_out(item)
        with merged.open_outline() as outline:
            outline.root.extend(bookmarks)
        if bookmarks:
            merged.save(file)


def _append(merged: pikepdf.Pdf, content: bytes) -> bool:
    """True if it could be read: a PDF that is broken, or asks for a password, cannot."""
    try:
        source = pikepdf.open(BytesIO(content))
        pages = list(source.pages)
    except (pikepdf.PdfError, ValueError):
        return False
    merged.pages.extend(pages)
    return bool(pages)


def _leave_out(item: ExportItem) -> None:
    item.state = ExportItem.State.FAILED
    item.reason = _(
        "This PDF is damaged or protected, so it cannot be merged. In a zip file it can stay as it is."
    )
    item.is_worth_retrying = False
    item.save(update_fields=["state", "reason", "is_worth_retrying"])
