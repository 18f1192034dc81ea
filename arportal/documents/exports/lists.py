"""Two lists (CSV) that together are the whole selection: what is in an archive, and what is missing and why."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _

from arportal.documents.models import Export, ExportItem
from arportal.documents.tables import Row, csv_pieces

# Before each, the column that says of what: an invoice, or a company.
MANIFEST = ("file", "sha256", "source", "time")
# Of an export of e-invoices; `xml` is empty where there is only a plain PDF, and the verdict says why.
EINVOICES = ("profile", "verdict", "xml", "xml_sha256")
FAILURES = ("reason", "worth_retrying")


def manifest_csv(export: Export) -> bytes:
    """One row a PDF: its SHA-256, its source (`store`, `ours` or `einvoice`, and if it was a kept copy), its time in
    UTC; of an export of e-invoices which rules it keeps or why not, and the XML beside it."""
    is_einvoices = export.source == Export.Source.EINVOICE
    rows = []
    for item in export.items.filter(state=ExportItem.State.DONE).order_by("position"):
        source = f"{export.source} ({_('kept copy')})" if item.was_kept else export.source
        moment = (item.settled_at or export.asked_at).astimezone(dt.UTC)
        row = [_title(item), item.filename, item.sha256, source, f"{moment:%Y-%m-%dT%H:%M:%SZ}"]
        if is_einvoices:
            xml = item.xml_name if item.xml_sha256 else ""
            row += [item.profile or _("none"), item.verdict, xml, item.xml_sha256]
        rows.append(row)
    return _csv(export, MANIFEST + EINVOICES if is_einvoices else MANIFEST, rows)


def failures_csv(export: Export) -> bytes:
    """One row a failure; empty, without even a head, when nothing is missing: then there is no such list."""
    failed = export.items.filter(state=ExportItem.State.FAILED).order_by("position")
    if not failed:
        return b""
    return _csv(
        export,
        FAILURES,
        ([_title(item), item.reason, _("yes") if item.is_worth_retrying else _("no")] for item in failed),
    )


def _title(item: ExportItem) -> str:
    return item.number or item.company_name


def _csv(export: Export, headers: Iterable[str], rows: Iterable[Row]) -> bytes:
    first = "company" if export.of == Export.Of.STATEMENTS else "invoice"
    return b"".join(csv_pieces([first, *headers], rows))
