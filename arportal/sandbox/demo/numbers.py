"""Numbers by which tax offices and networks know the demo companies: made up, and right by their check digits."""

from collections.abc import Callable

from stdnum import ean
from stdnum.bg import vat as bulgaria
from stdnum.de import vat as germany
from stdnum.es import cif as spain
from stdnum.fr import siren, tva
from stdnum.gr import vat as greece

VAT_ID, ADDRESS, REFERENCE = "VAT ID", "Electronic address", "Buyer reference"


def _german(index: int) -> str:
    number = f"{29_000_001 + 137 * index}"
    return next(vat for digit in range(10) if germany.is_valid(vat := f"{number}{digit}"))


def _french(index: int) -> str:
    number = next(
        whole for digit in range(10) if siren.is_valid(whole := f"{90_000_001 + 137 * index}{digit}")
    )
    return next(vat for key in range(100) if tva.is_valid(vat := f"{key:02}{number}"))


def _spanish(index: int) -> str:
    number = f"B{9_900_001 + 137 * index}"
    return next(whole for digit in "0123456789" if spain.is_valid(whole := f"{number}{digit}"))


def _greek(index: int) -> str:
    number = f"{99_000_001 + 137 * index}"
    return next(vat for digit in range(10) if greece.is_valid(vat := f"{number}{digit}"))


def _bulgarian(index: int) -> str:
    number = f"{99_000_001 + 137 * index}"
    return next(vat for digit in range(10) if bulgaria.is_valid(vat := f"{number}{digit}"))


VAT_IDS: dict[str, tuple[str, Callable[[int], str]]] = {
    "DE": ("DE", _german),
    "FR": ("FR", _french),
    "ES": ("ES", _spanish),
    "GR": ("EL", _greek),
    "BG": ("BG", _bulgarian),
}


def extra_fields(index: int, country: str) -> list[dict[str, str]]:
    """What a company of the EU has in the merchant's own fields. One in nine has mistyped its VAT ID, one in seven
    has no electronic address: what is missing has something to show."""
    if country not in VAT_IDS:
        return []
    prefix, number_of = VAT_IDS[country]
    vat_id = f"{prefix}{number_of(index)}"
    # Numbers that begin with 29 are for use within a house: no company has such a GLN.
    gln = f"2900000{index:05}"
    values = {
        VAT_ID: vat_id if index % 9 != 4 else f"{vat_id[:-1]}{(int(vat_id[-1]) + 1) % 10}",
        ADDRESS: f"0088:{gln}{ean.calc_check_digit(gln)}" if index % 7 != 5 else "",
        REFERENCE: f"PUR-{index + 1:04}",
    }
    return [{"fieldName": name, "fieldValue": value} for name, value in values.items() if value]
