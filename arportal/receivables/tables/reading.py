"""One table out of a file, whatever kind it is."""

from django.utils.translation import gettext as _

from arportal.receivables.tables.table import MAX_BYTES, Reading, Table, Unreadable, table_of
from arportal.receivables.tables.text import read_text
from arportal.receivables.tables.xlsx import read_xlsx

ZIP = b"PK\x03\x04"
# The container of old XLS files, and of XLSX ones with a password.
OLE = b"\xd0\xcf\x11\xe0"


def read_table(content: bytes, reading: Reading | None = None) -> Table:
    """The table of a CSV or XLSX file; `reading` says what a person knows about it. Raises Unreadable."""
    reading = reading or Reading()
    if len(content) > MAX_BYTES:
        raise Unreadable(_("The file is larger than %(most)d MB.") % {"most": MAX_BYTES // 1024**2})
    if content.startswith(OLE):
        raise Unreadable(
            _("This spreadsheet is of an old kind, or protected by a password: save it as XLSX without one.")
        )
    return table_of(read_xlsx(content, reading) if content.startswith(ZIP) else read_text(content, reading))
