"""Exports of five invoices, worked off in the test's own process; every test has a cache of its own."""

import base64
import csv
import io
import json
import uuid
from collections.abc import Callable

import pytest

from arportal.documents import tasks
from arportal.documents.exports.create import create_export
from arportal.documents.models import ArchivePiece, Export
from arportal.mirror.models import Invoice
from arportal.mirror.models.invoices import InvoiceQuerySet

COUNT = 5
LINK = "/download-pdf"
FILE = "/files/invoices/"


@pytest.fixture(autouse=True)
def cache(settings, tmp_path):
    settings.PDF_CACHE = tmp_path
    return tmp_path


@pytest.fixture
def chosen(store) -> InvoiceQuerySet:
    """Five invoices of several companies, oldest first."""
    invoices = Invoice.objects.filter(store=store, gone_at=None).order_by("api_id")
    return invoices.filter(api_id__lte=invoices[COUNT - 1].api_id)


@pytest.fixture
def start(viewer, chosen) -> Callable[..., Export]:
    def start(invoices=chosen, actor=viewer, source="store", shape="zip") -> Export:
        return create_export(
            actor, uuid.uuid4(), invoices, source=Export.Source(source), shape=Export.Shape(shape)
        )

    return start


def work(export: Export) -> Export:
    """What the workers would do, but for packing."""
    tasks.work_on_export(export_id=str(export.pk), lane=1)
    return now(export)


def finish(export: Export) -> Export:
    work(export)
    tasks.pack_export(export_id=str(export.pk))
    return now(export)


def now(export: Export) -> Export:
    return Export.objects.select_related("store", "actor", "archive").get(pk=export.pk)


def content(export: Export) -> bytes:
    """The archive, as it would be downloaded."""
    pieces = ArchivePiece.objects.filter(archive__export=export).order_by("position")
    return b"".join(bytes(piece.content) for piece in pieces)


def rows(table: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(bytes(table).decode("utf-8-sig"))))


def failures(export: Export) -> dict[str, str]:
    """Invoice number → why its PDF is missing."""
    return {row["invoice"]: row["reason"] for row in rows(export.archive.failures)}


def file_of(api_id: int) -> str:
    """The path of the store's file, as far as it is the same every time."""
    token = base64.b64encode(json.dumps(api_id).encode()).decode().rstrip("=")
    return f"{FILE}{token}:"


def asked_for_pdfs(sandbox) -> list[str]:
    """The paths of the requests for PDFs that the store was sent."""
    log = sandbox.control("GET", "requests")
    return [entry["path"] for entry in log if LINK in entry["path"] or FILE in entry["path"]]
