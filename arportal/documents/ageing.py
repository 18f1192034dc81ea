"""The ageing report as a PDF."""

from dataclasses import asdict

from django.utils.translation import gettext as _

from arportal.documents.ageing_view import ageing_view
from arportal.documents.branding.letterheads import letterhead_of
from arportal.documents.rendering.cache import key_of
from arportal.documents.rendering.files import Pdf, file_name, made_once
from arportal.documents.rendering.rendering import DocumentFailed, in_their_language, make_job
from arportal.documents.version import VERSION
from arportal.mirror.figures import count
from arportal.receivables.ageing.conversion import Conversion
from arportal.receivables.ageing.report import Report
from arportal.stores.access import Permission, require

# A thousand take about ten seconds of a core, and a document has to be ready within a minute.
MOST_ROWS = 2_000

__all__ = ["DocumentFailed", "ageing_pdf"]


def ageing_pdf(report: Report, first_heading: str, currency: str, conversion: Conversion | None) -> Pdf:
    """All rows of the report, of one currency or ("") of all. Raises NotAllowed, NotKnown, DocumentFailed."""
    require(report.actor, Permission.READ)
    letterhead = letterhead_of(report.actor.store)
    with in_their_language():
        view = ageing_view(report, first_heading, currency, conversion)
    rows = sum(len(table.rows) for table in view.tables)
    if rows > MOST_ROWS:
        words = _(
            "This report has %(rows)s rows, and a PDF holds %(most)s: take XLSX or CSV, or larger groups."
        )
        raise DocumentFailed(words % {"rows": count(rows), "most": count(MOST_ROWS)})
    # What it says is its key: balances as of a day may change as long as more becomes known of it.
    key = key_of("ageing", VERSION, letterhead.fingerprint, asdict(view))
    name = file_name(f"{view.title} {report.as_of.day}", currency)
    return made_once(name, key, lambda: make_job("ageing.html", {"view": view}, letterhead))
