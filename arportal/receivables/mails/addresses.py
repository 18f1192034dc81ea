"""Addresses that a mail can go to."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models.mails import LONGEST_ADDRESS


def checked_address(address: str, field: str = "address") -> str:
    """The address without blanks around it. Raises Invalid, beside `field`.

    What stands before the @ has to be ASCII: few servers take anything else. A domain may be in any script.
    """
    address = address.strip()
    problem = _problem(address)
    if problem:
        raise Invalid({field: [problem]})
    return address


def is_usable(address: str) -> bool:
    return not _problem(address.strip())


def _problem(address: str) -> str:
    try:
        # It also refuses line breaks, by which a header of somebody else's could be smuggled in.
        validate_email(address)
        domain = address.rsplit("@", 1)[1].encode("idna").decode()
    except (ValidationError, UnicodeError):
        return _("This is not an e-mail address.")
    # As it is sent, a domain in another script is longer.
    if len(address.rsplit("@", 1)[0]) + 1 + len(domain) > LONGEST_ADDRESS:
        return _("This e-mail address is too long.")
    return ""
