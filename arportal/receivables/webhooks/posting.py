"""One message to one address: its machine looked up once and connected to, no redirect, and limits to the answer."""

import http.client
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from django.utils.translation import gettext as _

from arportal.mirror.durations import seconds_in_plain_units
from arportal.mirror.files.addresses import Declined, Place, located
from arportal.mirror.files.download import Pinned
from arportal.receivables.webhooks.destinations import destination

SECONDS = 10.0
# Of an answer this much is read and kept.
BEGIN = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """`status`: None where there was none, and `words` say why. `begin`: the first characters of the answer."""

    seconds: float
    status: int | None = None
    words: str = ""
    begin: str = ""

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def post(url: str, headers: Mapping[str, str], body: bytes, seconds: float = SECONDS) -> Answer:
    """Sends it and takes the answer's status for the receiver's word, whatever else it says. Never raises."""
    began = time.monotonic()
    try:
        place = destination(url)
        status, begin = _sent(place, headers, body, began + seconds)
    except Declined as declined:
        return Answer(time.monotonic() - began, words=str(declined))
    except (OSError, ValueError, http.client.HTTPException) as broken:
        # A read ends as late by itself ("timed out") or by the deadline, whichever comes first.
        is_late = isinstance(broken, TimeoutError) or time.monotonic() >= began + seconds
        late = _("No answer within %(time)s.") % {"time": seconds_in_plain_units(seconds)}
        words = late if is_late else _("No connection: %(reason)s") % {"reason": type(broken).__name__}
        return Answer(time.monotonic() - began, words=words)
    return Answer(time.monotonic() - began, status, begin=begin)


def _sent(place: Place, headers: Mapping[str, str], body: bytes, deadline: float) -> tuple[int, str]:
    """The status and the begin of the answer, from the first of its machines that can be reached."""
    failure: Exception = OSError()
    for ip in located(place, deadline - time.monotonic()):
        connection = Pinned(place, ip, deadline - time.monotonic())
        with connection:
            try:
                connection.connect()
            except OSError as unreachable:
                failure = unreachable
                continue
            connection.request("POST", place.target, body, dict(headers))
            with connection.getresponse() as answer:
                begin = b""
                with suppress(
                    OSError, ValueError, http.client.HTTPException
                ):  # The status is all that counts.
                    begin = answer.read1(BEGIN)
                return answer.status, begin.decode(errors="replace").replace("\0", "")
    raise failure
