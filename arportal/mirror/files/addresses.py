"""The judge of addresses that somebody else wrote down: may we ask there for a file, and which machine is it?

An address comes from the store's API and is not ours to trust: it may be made to reach into our own network.
"""

import ipaddress
import re
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

MAX_LENGTH = 4096
PORTS = {"http": 80, "https": 443}
PRINTABLE = re.compile(r"[!-~]+")
HOST = re.compile(r"[a-z0-9][a-z0-9.-]*[a-z0-9]|[a-z0-9]")
# Where the internet's own IPv6 addresses lie.
PUBLIC_V6 = ipaddress.ip_network("2000::/3")
# Old ways of wrapping an IPv4 address into an IPv6 one lead anywhere, and some Pythons know only parts of
# the block that is kept for protocols.
UNTRUSTED = tuple(map(ipaddress.ip_network, ("2001::/32", "2002::/16", "192.0.0.0/24", "192.88.99.0/24")))

# The system's resolver knows no time limit of ours: it is waited for, and left behind when it takes too long.
_resolvers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="resolver")


class Declined(Exception):
    """An address that is not asked, or an answer that is not taken; the message says why.

    `may_pass`: the same may work at another time.
    """

    def __init__(self, message: str, *, may_pass: bool = False) -> None:
        super().__init__(message)
        self.may_pass = may_pass


@dataclass(frozen=True, slots=True)
class Place:
    """An address taken apart once; what is asked is built from these parts and nothing else.

    `is_own`: the store's API itself, at which an operator pointed us, wherever it stands.
    """

    scheme: str
    host: str
    port: int
    target: str
    is_own: bool


def judged(address: str, *, own: str, hosts: Iterable[str]) -> Place:
    """The address taken apart, if it is of the origin of `own`, or https on one of `hosts`. Raises Declined."""
    try:
        place = taken_apart(address)
        is_own = (place.scheme, place.host, place.port) == _origin(urlsplit(own))
    except ValueError as unreadable:
        raise Declined(_("The store's address of the PDF cannot be read.")) from unreadable
    is_https = place.scheme == "https" and place.port == PORTS["https"] and HOST.fullmatch(place.host)
    if not is_own and not is_https:
        raise Declined(_("The store's address of the PDF is not one of https."))
    if not is_own and place.host not in {listed.lower() for listed in hosts}:
        words = _(
            "The store's PDF lies on %(host)s: whoever runs arportal must allow that first (PDF_HOSTS)."
        )
        raise Declined(words % {"host": place.host})
    return replace(place, is_own=is_own)


def taken_apart(address: str) -> Place:
    """The parts of an address of http or https, of nobody's own. Raises ValueError."""
    if len(address) > MAX_LENGTH or not PRINTABLE.fullmatch(address) or "\\" in address:
        raise ValueError("not an address that is read the same everywhere")
    parts = urlsplit(address)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(*_origin(parts), target, is_own=False)


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    # With a user in it an address is made to be misread.
    if parts.scheme not in PORTS or not parts.hostname or "@" in parts.netloc:
        raise ValueError("not an address of http or https")
    port = parts.port
    return parts.scheme, parts.hostname, PORTS[parts.scheme] if port is None else port


def located(place: Place, seconds: float) -> list[str]:
    """The machine's addresses, asked for once and within `seconds`: connect to these, never to the name again.

    Raises Declined when any is not of the public internet, unless the place is the API's own.
    """
    lookup = _resolvers.submit(socket.getaddrinfo, place.host, place.port, type=socket.SOCK_STREAM)
    try:
        ips = [str(answer[4][0]) for answer in lookup.result(timeout=max(seconds, 0))]
    except TimeoutError as late:
        words = _("The name %(host)s could not be looked up in time.") % {"host": place.host}
        raise Declined(words, may_pass=True) from late
    except (OSError, UnicodeError) as unknown:
        words = _("The name %(host)s is not known.") % {"host": place.host}
        raise Declined(words, may_pass=True) from unknown
    if not place.is_own and not all(map(is_public, ips)):
        raise Declined(_("The name %(host)s leads into a private network.") % {"host": place.host})
    return list(dict.fromkeys(ips))


def is_public(address: str) -> bool:
    """True if an IP address, in whatever way it is written, is one of the public internet."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip not in PUBLIC_V6:
        return False
    odd = ip.is_multicast or ip.is_reserved or any(ip in network for network in UNTRUSTED)
    return ip.is_global and not odd
