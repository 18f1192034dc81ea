"""The store's own PDF of an invoice, fetched by us so that neither its address nor our token reaches a browser."""

import time
from urllib.parse import SplitResult, urlsplit

import requests
from django.conf import settings

from arportal.b2b.errors import B2BError
from arportal.mirror.connections import client_for
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
    """The address as it will be asked for: on the API's own host and port, or https on a host of PDF_HOSTS."""
    try:
        # Judged in the form in which it is sent: two readers of one odd address may see two hosts.
        prepared = requests.Request("GET", address).prepare().url or ""
        parts, api = urlsplit(prepared), urlsplit(store.api_url)
        ours = (parts.scheme, parts.hostname, parts.port) == (api.scheme, api.hostname, api.port)
        listed = parts.scheme == "https" and parts.port is None and parts.hostname in settings.PDF_HOSTS
    except (requests.RequestException, ValueError) as unreadable:
        raise PdfUnavailable("The store's address of the PDF cannot be read.") from unreadable
    if _is_odd(address, parts) or not (ours or listed):
        raise PdfUnavailable(f"The store's PDF lies on {parts.hostname}, which is not in PDF_HOSTS.")
    return prepared


def _is_odd(address: str, parts: SplitResult) -> bool:
    """With a user, a backslash or a control character an address is made to be misread."""
    return "@" in parts.netloc or "\\" in address or any(ord(letter) <= 32 for letter in address)


def _fetch(address: str) -> bytes:
    deadline = time.monotonic() + SECONDS
    try:
        with requests.Session() as session:
            session.trust_env = False  # No proxy and no ~/.netrc: the address was checked for a direct way.
            answer = session.get(address, timeout=SECONDS, stream=True, allow_redirects=False)
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
