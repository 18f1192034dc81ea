"""Schemes of electronic addresses (EAS) and of registers (ICD): those that sellers and buyers of goods use."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from stdnum.iso7064 import mod_97_10

from arportal.documents.einvoices.identifiers import NotValid, by_module, by_shape, checked, vat_id

Check = Callable[[str], str]
LEITWEG = re.compile(r"\d{2,12}(-[A-Z0-9]{1,30})?-\d{2}")


@dataclass(frozen=True, slots=True)
class Scheme:
    """`check` gives the number as it is sent, or raises NotValid. Codes that begin with 0 are registers, too."""

    code: str
    name: str | Promise
    check: Check

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_register(self) -> bool:
        return self.code.startswith("0")


def _vat_of(*prefixes: str) -> Check:
    def check(text: str) -> str:
        number = vat_id(text)
        if not number.startswith(prefixes):
            raise NotValid(_("It begins with %(prefix)s.") % {"prefix": prefixes[0]})
        return number

    return check


def _gln(text: str) -> str:
    number = by_module("ean")(text)
    if len(number) != 13:
        raise NotValid(_("It has too many or too few characters."))
    return number


def _leitweg(text: str) -> str:
    number = "".join(text.split()).upper()
    if not LEITWEG.fullmatch(number):
        raise NotValid(_("A Leitweg-ID is written as 04011000-12345-03."))
    checked(mod_97_10.validate, number.replace("-", ""))
    return number


def _siren_address(text: str) -> str:
    siren, mark, rest = "".join(text.split()).partition("_")
    return by_module("fr.siren")(siren) + mark + rest


def _mail(text: str) -> str:
    address = text.strip()
    try:
        validate_email(address)
    except ValidationError as error:
        raise NotValid(_("This is not an e-mail address.")) from error
    return address


_VAT = {
    "9910": ("HU", _lazy("VAT of Hungary")),
    "9914": ("ATU", _lazy("VAT of Austria")),
    "9920": ("ES", _lazy("VAT of Spain")),
    "9925": ("BE", _lazy("VAT of Belgium")),
    "9926": ("BG", _lazy("VAT of Bulgaria")),
    "9928": ("CY", _lazy("VAT of Cyprus")),
    "9929": ("CZ", _lazy("VAT of the Czech Republic")),
    "9930": ("DE", _lazy("VAT of Germany")),
    "9931": ("EE", _lazy("VAT of Estonia")),
    "9932": ("GB", _lazy("VAT of the United Kingdom")),
    "9933": ("EL", _lazy("VAT of Greece")),
    "9934": ("HR", _lazy("VAT of Croatia")),
    "9935": ("IE", _lazy("VAT of Ireland")),
    "9937": ("LT", _lazy("VAT of Lithuania")),
    "9938": ("LU", _lazy("VAT of Luxembourg")),
    "9939": ("LV", _lazy("VAT of Latvia")),
    "9943": ("MT", _lazy("VAT of Malta")),
    "9944": ("NL", _lazy("VAT of the Netherlands")),
    "9945": ("PL", _lazy("VAT of Poland")),
    "9946": ("PT", _lazy("VAT of Portugal")),
    "9947": ("RO", _lazy("VAT of Romania")),
    "9949": ("SI", _lazy("VAT of Slovenia")),
    "9950": ("SK", _lazy("VAT of Slovakia")),
    "9957": ("FR", _lazy("VAT of France")),
}
_ALL = (
    Scheme("0002", _lazy("SIREN (France)"), by_module("fr.siren")),
    Scheme("0007", _lazy("Organisation number (Sweden)"), by_module("se.orgnr")),
    Scheme("0009", _lazy("SIRET (France)"), by_module("fr.siret")),
    Scheme("0060", _lazy("D-U-N-S number"), by_shape(r"\d{9}")),
    Scheme("0088", _lazy("GLN"), _gln),
    Scheme("0106", _lazy("KvK number (Netherlands)"), by_shape(r"\d{8}")),
    Scheme("0151", _lazy("ABN (Australia)"), by_module("au.abn")),
    # Peppol has these two letters before the number.
    Scheme("0184", _lazy("CVR number (Denmark)"), by_module("dk.cvr", "DK")),
    Scheme("0188", _lazy("Corporate number (Japan)"), by_module("jp.cn")),
    Scheme("0190", _lazy("OIN (Netherlands)"), by_shape(r"\d{20}")),
    Scheme("0191", _lazy("Register code (Estonia)"), by_module("ee.registrikood")),
    Scheme("0192", _lazy("Organisation number (Norway)"), by_module("no.orgnr")),
    Scheme("0195", _lazy("UEN (Singapore)"), by_module("sg.uen")),
    Scheme("0196", _lazy("Kennitala (Iceland)"), by_module("is_.kennitala")),
    Scheme("0199", _lazy("LEI"), by_module("lei")),
    Scheme("0200", _lazy("Register code (Lithuania)"), by_shape(r"\d{7}|\d{9}")),
    Scheme("0204", _lazy("Leitweg-ID (Germany)"), _leitweg),
    Scheme("0208", _lazy("Enterprise number (Belgium)"), by_module("be.vat")),
    Scheme("0210", _lazy("Codice fiscale (Italy)"), by_module("it.codicefiscale")),
    Scheme("0211", _lazy("Partita IVA (Italy)"), by_module("it.iva", "IT")),
    Scheme("0212", _lazy("Business ID (Finland)"), by_module("fi.ytunnus")),
    Scheme("0213", _lazy("VAT of Finland"), _vat_of("FI")),
    Scheme("0216", _lazy("OVT code (Finland)"), by_shape(r"0037\d{8}[0-9A-Z]{0,5}")),
    Scheme("0218", _lazy("Register code (Latvia)"), by_shape(r"\d{11}")),
    Scheme("0225", _lazy("Electronic address (France)"), _siren_address),
    *(Scheme(code, name, _vat_of(prefix)) for code, (prefix, name) in _VAT.items()),
    Scheme("9927", _lazy("UID of Switzerland"), by_module("ch.uid")),
    Scheme("EM", _lazy("E-mail address"), _mail),
)
SCHEMES = {scheme.code: scheme for scheme in _ALL}
REGISTERS = {code: scheme for code, scheme in SCHEMES.items() if scheme.is_register}


def split_address(text: str, scheme: str) -> tuple[str, str]:
    """Scheme and number of an address such as `0088:4012345000009`, which may name its scheme itself; else that of
    `scheme`, which may be "". The number is checked and as it is sent. Raises NotValid."""
    before, colon, after = text.strip().partition(":")
    if colon and before.strip().upper() in SCHEMES:
        scheme, text = before.strip().upper(), after
    if scheme not in SCHEMES:
        raise NotValid(_("It does not say of which scheme it is, such as 0088: before a GLN."))
    return scheme, SCHEMES[scheme].check(text)
