"""Numbers by which tax offices and networks know the demo companies: made up, and right by their check digits."""

from collections.abc import Callable

from stdnum import ean
from stdnum.bg import vat as bulgaria
from stdnum.de import vat as germany
from stdnum.es import cif as spain
from stdnum.fr import siren, tva
from stdnum.gr import vat as greece

VAT_ID, ADDRESS, REFERENCE = "VAT ID", "Electronic address", "Buyer reference"


def _completed(number: str, is_valid: Callable[[str], bool]) -> str:
    """The number with the check digit that makes it valid."""
    return next(whole for digit in range(10) if is_valid(whole := f"{number}{digit}"))


def _vat_id(index: int, country: str) -> str:
    """Right by its check digits; "" outside the EU."""
    step = 137 * index
    match country:
        case "DE":
            return "DE" + _completed(f"{29_000_001 + step}", germany.is_valid)
        case "FR":
            # Two digits before the number check it as a whole, beside its own last one.
            number = _completed(f"{90_000_001 + step}", siren.is_valid)
            return "FR" + next(vat for key in range(100) if tva.is_valid(vat := f"{key:02}{number}"))
        case "ES":
            return "ES" + _completed(f"B{9_900_001 + step}", spain.is_valid)
        case "GR":
            return "EL" + _completed(f"{99_000_001 + step}", greece.is_valid)
        case "BG":
            return "BG" + _completed(f"{99_000_001 + step}", bulgaria.is_valid)
    return ""


def extra_fields(index: int, country: str) -> list[dict[str, str]]:
    """What a company of the EU has in the merchant's own fields. One in nine has mistyped its VAT ID, one in seven
    has no electronic address: what is missing has something to show."""
    vat_id = _vat_id(index, country)
    if not vat_id:
        return []
    # Numbers that begin with 29 are for use within a house: no company has such a GLN.
    gln = f"2900000{index:05}"
    values = {
        VAT_ID: vat_id if index % 9 != 4 else f"{vat_id[:-1]}{(int(vat_id[-1]) + 1) % 10}",
        ADDRESS: f"0088:{gln}{ean.calc_check_digit(gln)}" if index % 7 != 5 else "",
        REFERENCE: f"PUR-{index + 1:04}",
    }
    return [{"fieldName": name, "fieldValue": value} for name, value in values.items() if value]
