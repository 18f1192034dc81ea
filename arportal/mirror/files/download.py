"""One small file from one machine: its address pinned, no redirect, no proxy, a size and a time it must keep to."""

import http.client
import socket
import ssl
import threading
import time
from typing import Self

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from arportal.mirror.durations import seconds_in_plain_units
from arportal.mirror.files.addresses import Declined, Place, located

PIECE = 64 * 1024
# Too early, too often, or too late for a link that the API gives anew at each asking.
PASSING = (401, 403, 408, 410, 425, 429)


class Pinned(http.client.HTTPConnection):
    """A connection to `ip` that speaks to `place`: its name is in the Host header and must be in the certificate.

    As a context it ends after `seconds` in all: a socket's own timeout begins anew with every byte.
    """

    def __init__(self, place: Place, ip: str, seconds: float) -> None:
        super().__init__(place.host, place.port, timeout=seconds)
        self._place, self._ip = place, ip
        self._clock = threading.Timer(seconds, self.cut)
        self._clock.daemon = True
        self.was_cut = False
        # Kept here, for `sock` is let go of while an answer of unknown length is still being read.
        self._wire: socket.socket | None = None

    def __enter__(self) -> Self:
        self._clock.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._clock.cancel()
        self.close()

    def connect(self) -> None:
        self.sock = self._wire = socket.create_connection((self._ip, self.port), self.timeout)
        if self._place.scheme == "https":
            # The handshake comes later, so that `cut` can reach a machine that drags it out.
            secured = trust().wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock = self._wire = secured
            secured.do_handshake()

    def cut(self) -> None:
        """Called from another thread: ends whatever the connection waits for."""
        self.was_cut = True
        try:
            if self._wire is not None:
                self._wire.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # It ended by itself.

    def fetch(self, most: int) -> bytes:
        """The file, of at most `most` bytes. Raises Declined, OSError and http.client's own."""
        # No decoding of any kind: a packed answer may be a bomb.
        self.request("GET", self._place.target, headers={"Accept-Encoding": "identity"})
        content = bytearray()
        with self.getresponse() as answer:
            if answer.status != http.HTTPStatus.OK:
                words = _("The store answered %(status)d instead of the PDF.") % {"status": answer.status}
                raise Declined(words, may_pass=answer.status in PASSING or answer.status >= 500)
            if answer.getheader("Content-Encoding", "identity").lower() != "identity":
                raise Declined(_("The store sent the PDF packed, which was not asked for."))
            while piece := answer.read1(PIECE):
                content += piece
                if len(content) > most:
                    raise Declined(_("The store's PDF is larger than %(most)d MB.") % {"most": most // 2**20})
            if answer.length:
                raise http.client.IncompleteRead(b"", answer.length)
        # An answer of unknown length ends with the connection, whoever ended it.
        if self.was_cut:
            raise TimeoutError
        return bytes(content)


def trust() -> ssl.SSLContext:
    """The certificate authorities that the API client trusts, too."""
    context = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def download(place: Place, *, seconds: float, most: int) -> bytes:
    """The file at a place, of at most `most` bytes, within `seconds` in all: looking its name up and slow drips
    included. Raises Declined."""
    deadline = time.monotonic() + seconds
    failure: Exception | None = None
    for ip in located(place, seconds):
        try:
            with Pinned(place, ip, deadline - time.monotonic()) as connection:
                return connection.fetch(most)
        except (OSError, ValueError, http.client.HTTPException) as broken:
            if time.monotonic() >= deadline:
                time_given = seconds_in_plain_units(seconds, get_language() or "en")
                words = _("The store's PDF took longer than %(time)s. Try again in a minute.")
                raise Declined(words % {"time": time_given}, may_pass=True) from broken
            failure = broken
    words = _("The store's PDF could not be fetched. Try again in a minute.")
    raise Declined(words, may_pass=True) from failure
