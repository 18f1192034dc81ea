"""The judge of addresses that messages are to be sent to: admins write them down, they are not ours to trust."""

from dataclasses import replace

from django.conf import settings
from django.utils.translation import gettext as _

from arportal.mirror.files.addresses import HOST, PORTS, Declined, Place, taken_apart

# Where a program on one's own machine listens, under `make run`.
OWN_MACHINE = ("127.0.0.1", "localhost")


def destination(url: str) -> Place:
    """The address taken apart: https at its usual port, by name. Raises Declined.

    That the name leads to the public internet is looked at with each message: it may lead elsewhere by then.
    """
    try:
        place = taken_apart(url)
    except ValueError as unreadable:
        raise Declined(_("This is not an address that can be read.")) from unreadable
    if settings.LOCAL_WEBHOOKS and place.host in OWN_MACHINE:
        return replace(place, is_own=True)
    if place.scheme != "https" or place.port != PORTS["https"]:
        raise Declined(_("The address must begin with https:// and name no other port."))
    if not HOST.fullmatch(place.host) or place.host.replace(".", "").isdigit() or "." not in place.host:
        raise Declined(_("The address must name a machine of the public internet."))
    return place
