"""Numbers by which tax offices, registers, banks and networks know a company: each is checked as its issuer says."""

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

import schwifty
import stdnum.exceptions as wrong
from django.utils.translation import gettext as _
from schwifty.exceptions import InvalidLength, NationalChecksumNotVerified, SchwiftyException
from stdnum.eu import vat as eu_vat
from stdnum.util import get_cc_module

from arportal.documents.einvoices.codes import OTHER_PREFIXES, has_country

OF_THE_EU = {*(state.upper() for state in eu_vat.MEMBER_STATES), "GR", *OTHER_PREFIXES}
SHAPE_OF_VAT = re.compile(r"[A-Z]{2}[A-Z0-9]{2,18}")


class NotValid(ValueError):
    """The number is not one; the message says why, for the person who typed it."""


def vat_id(text: str) -> str:
    """The VAT id with the two letters of its country before it, without blanks. Raises NotValid.

    Where no rule is known for a country, the shape alone is checked.
    """
    number = _plain(text)
    prefix = number[:2]
    if not has_country(number):
        raise NotValid(_("It begins with the two letters of its country, such as DE123456788."))
    if prefix in OF_THE_EU:
        number = checked(eu_vat.validate, number)
        return "EL" + number[2:] if number.startswith("GR") else number
    module: Any = get_cc_module(prefix, "vat")
    if module is not None:
        found = checked(module.validate, number)
        return found if found.startswith(prefix) else prefix + found
    if not SHAPE_OF_VAT.fullmatch(number):
        raise NotValid(_("It has letters and digits only, at most 20."))
    return number


def iban(text: str) -> str:
    """The IBAN without blanks. Raises NotValid."""
    try:
        return str(schwifty.IBAN(text, validate_bban=True))
    except NationalChecksumNotVerified:
        return str(schwifty.IBAN(text))
    except InvalidLength as error:
        raise NotValid(_("An IBAN of this country has another length.")) from error
    except SchwiftyException as error:
        raise NotValid(_("This is no IBAN: look for a mistyped digit.")) from error


def bic(text: str) -> str:
    """Raises NotValid."""
    try:
        return str(schwifty.BIC(text))
    except SchwiftyException as error:
        raise NotValid(
            _("This is no BIC: it has 8 or 11 letters and digits, such as COBADEFFXXX.")
        ) from error


def checked(validate: Callable[[str], str], text: str) -> str:
    """The number as `validate` of stdnum writes it. Raises NotValid."""
    try:
        return validate(text)
    except wrong.InvalidChecksum as error:
        raise NotValid(_("The check digits are wrong: look for a mistyped digit.")) from error
    except wrong.InvalidLength as error:
        raise NotValid(_("It has too many or too few characters.")) from error
    except wrong.ValidationError as error:
        raise NotValid(_("It is not written as such a number is.")) from error


def by_module(name: str, prefix: str = "") -> Callable[[str], str]:
    """A check by a module of stdnum, such as `fr.siren`; `prefix` stands before every number as it is sent."""

    def check(text: str) -> str:
        number = checked(import_module(f"stdnum.{name}").validate, _plain(text))
        return number if number.startswith(prefix) else prefix + number

    return check


def by_shape(pattern: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        number = _plain(text)
        if not re.fullmatch(pattern, number):
            raise NotValid(_("It is not written as such a number is."))
        return number

    return check


def _plain(text: str) -> str:
    return re.sub(r"[\s.\-/]", "", text).upper()
