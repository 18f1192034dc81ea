"""The store's own PDF of an invoice, fetched by us so that neither its address nor our token reaches a browser."""

import time
from urllib.parse import urlsplit

import requests
from django.conf import settings

from arportal.b2b.errors import B2BError
from arportal.mirror.connections import client_for, host_of
from arportal.stores.models import Store

MAX_BYTES = 5 * 1024 * 1024
SECONDS = 10


class PdfUnavailable(Exception):
    """The store gave no PDF that we could pass on; the message says why."""


def fetch_invoice_pdf(store: Store, invoice_id: int) -> bytes:
    """Asks the API for the link, then fetches it without our API headers. Raises PdfUnavailable."""
    try:
        address = client_for(store).invoices.download_pdf(invoice_id).preferred
    except B2BError as error:
        raise PdfUnavailable(f"The store did not give a PDF: {error.message or error}") from error
    if not address:
        raise PdfUnavailable("The store has no PDF of this invoice.")
    return _fetch(_allowed(store, address))


def _allowed(store: Store, address: str) -> str:
    """Only the API's own host and those named in PDF_HOSTS, and https wherever the API itself is https."""
    parts, scheme = urlsplit(address), urlsplit(store.api_url).scheme
    if parts.scheme != scheme or parts.hostname not in {host_of(store), *settings.PDF_HOSTS}:
        raise PdfUnavailable(f"The store's PDF lies on {parts.hostname}, which is not in PDF_HOSTS.")
    return address


def _fetch(address: str) -> bytes:
    deadline = time.monotonic() + SECONDS
    try:
        with requests.get(address, timeout=SECONDS, stream=True, allow_redirects=False) as answer:
            if answer.status_code != 200:
                raise PdfUnavailable(f"The store answered {answer.status_code} instead of the PDF.")
            content = _read(answer, deadline)
    except requests.RequestException as failure:
        raise PdfUnavailable("The store's PDF could not be fetched.") from failure
    if not content.startswith(b"%PDF"):
        raise PdfUnavailable("The store sent something that is not a PDF.")
    return content


def _read(answer: requests.Response, deadline: float) -> bytes:
    content = bytearray()
    for chunk in answer.iter_content(64 * 1024):
        content += chunk
        if len(content) > MAX_BYTES:
            raise PdfUnavailable("The store's PDF is larger than 5 MB.")
        if time.monotonic() > deadline:
            raise PdfUnavailable(f"The store's PDF took longer than {SECONDS} seconds.")
    return bytes(content)
