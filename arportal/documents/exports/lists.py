"""What is in an archive, and what is missing and why: two lists that together are the whole selection."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _

from arportal.documents.models import Export, ExportItem
from arportal.documents.tables import Row, csv_pieces

MANIFEST = ("invoice", "file", "sha256", "source", "time")
FAILURES = ("invoice", "reason", "worth_retrying")


def manifest_csv(export: Export) -> bytes:
    """Of every file its SHA-256, where it came from and when (UTC)."""
    done = export.items.filter(state=ExportItem.State.DONE).order_by("position")
    return _csv(
        MANIFEST,
        ([item.number, item.filename, item.sha256, _source(export, item), _time(item)] for item in done),
    )


def failures_csv(export: Export) -> bytes:
    """Empty, without even a head, when nothing is missing: then there is no such list."""
    failed = export.items.filter(state=ExportItem.State.FAILED).order_by("position")
    if not failed:
        return b""
    return _csv(FAILURES, ([item.number, item.reason, _yes_or_no(item)] for item in failed))


def _csv(headers: Iterable[str], rows: Iterable[Row]) -> bytes:
    return b"".join(csv_pieces(list(headers), rows))


def _source(export: Export, item: ExportItem) -> str:
    """`store`, `ours`, and whether an unchanged copy was at hand."""
    return f"{export.source} ({_('kept copy')})" if item.was_kept else export.source


def _time(item: ExportItem) -> str:
    """Such as 2026-03-05T14:07:09Z."""
    moment = item.settled_at or item.export.asked_at
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _yes_or_no(item: ExportItem) -> str:
    return _("yes") if item.is_worth_retrying else _("no")
