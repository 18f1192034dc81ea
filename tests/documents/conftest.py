"""Reading PDFs the way people and their programs do."""

import io
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest

from arportal.documents.branding.letterheads import letterhead
from arportal.documents.invoices import job_of
from arportal.documents.models import Branding
from arportal.documents.rendering.worker import render_pdf
from arportal.mirror.models import Invoice
from arportal.stores.models import Store


@pytest.fixture(autouse=True)
def pdf_cache(settings, tmp_path) -> Path:
    settings.PDF_CACHE = tmp_path / "pdfs"
    return settings.PDF_CACHE


@pytest.fixture
def branding(store: Store) -> Branding:
    return Branding(
        store=store,
        name="Harbour & Sons <Trading>",
        address="Quay 7\nHull HU1 1AA",
        tax_id="GB 000 0000 00",
        bank_details="IBAN GB00 HARB 0000 0000 0000 00",
        payment_instructions="Pay within 30 days.",
        footer="Registered in England, no. 00000000",
    )


@pytest.fixture
def printed(store: Store, branding: Branding) -> Callable[[Invoice], pypdf.PdfReader]:
    """The PDF of an invoice with the store's branding."""

    def printed(invoice: Invoice) -> pypdf.PdfReader:
        return opened(render_pdf(job_of(letterhead(store, branding), invoice)).content)

    return printed


def opened(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def text_of(pdf: pypdf.PdfReader) -> str:
    """All pages' text with its white space made one."""
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
