"""The store's own PDF of an invoice, fetched by us so that neither its address nor our token reaches a browser."""

import time

from django.conf import settings
from django.utils.translation import gettext as _

from arportal.b2b.errors import B2BError, InvalidResponse, NotFound, RateLimited, Unavailable
from arportal.mirror.api.connections import client_for
from arportal.mirror.api.error_messages import error_message
from arportal.mirror.files.addresses import Declined, judged
from arportal.mirror.files.download import download
from arportal.stores.models import Store

MAX_BYTES = 5 * 1024 * 1024
SECONDS = 10
# Readers look for the end mark this far from the end.
TAIL = 2048
PASSING = (Unavailable, RateLimited, InvalidResponse)


class PdfUnavailable(Exception):
    """The store gave no PDF that we could pass on; the message says why.

    `may_pass`: another try may succeed, for it was the network, the moment or a link that ran out.
    """

    def __init__(self, message: str, *, may_pass: bool = False) -> None:
        super().__init__(message)
        self.may_pass = may_pass


def fetch_invoice_pdf(store: Store, invoice_id: int) -> bytes:
    """Asks the API for the links (GET /ip/invoices/{id}/download-pdf), then fetches the first that works,
    without our API headers. Raises PdfUnavailable."""
    try:
        links = client_for(store).invoices.download_pdf(invoice_id)
    except NotFound as missing:
        words = _("The store has no PDF of this invoice (%(reason)s).") % {"reason": missing.message}
        raise PdfUnavailable(words) from missing
    except B2BError as error:
        words = _("The store did not give a PDF. %(why)s") % {"why": error_message(error)}
        raise PdfUnavailable(words, may_pass=isinstance(error, PASSING)) from error
    deadline = time.monotonic() + SECONDS
    refusals = []
    for address in filter(None, (links.url, links.external_pdf_url)):
        try:
            return fetch_pdf(store, address, seconds=deadline - time.monotonic())
        except PdfUnavailable as refusal:
            refusals.append(refusal)
    raise refusals[0] if refusals else PdfUnavailable(_("The store has no PDF of this invoice."))


def fetch_pdf(store: Store, address: str, *, seconds: float = SECONDS) -> bytes:
    """The file at an address that the store's API gave: at most 5 MB, and a whole PDF. Raises PdfUnavailable."""
    try:
        place = judged(address, own=store.api_url, hosts=settings.PDF_HOSTS)
        content = download(place, seconds=seconds, most=MAX_BYTES)
    except Declined as declined:
        raise PdfUnavailable(str(declined), may_pass=declined.may_pass) from declined
    if not content.startswith(b"%PDF"):
        words = _("The store sent something that is not a PDF. Try again in a minute.")
        raise PdfUnavailable(words, may_pass=True)
    if b"%%EOF" not in content[-TAIL:]:
        words = _("The store's PDF ends in the middle. Try again in a minute.")
        raise PdfUnavailable(words, may_pass=True)
    return content
