"""Taxes as people say them on our pages, as they are kept, and as EN 16931 knows them."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.documents.einvoices.codes import EXEMPTION_OF
from arportal.documents.einvoices.facts import Tax
from arportal.documents.einvoices.identifiers import NotValid

Kept = Mapping[str, str]
CATEGORIES: dict[str, str | Promise] = {
    "S": _lazy("Taxed at a rate"),
    "Z": _lazy("Zero-rated"),
    "E": _lazy("Exempt, with a reason"),
    "AE": _lazy("Reverse charge: the buyer owes the tax"),
    "K": _lazy("Delivery to another country of the EU"),
    "G": _lazy("Export out of the EU"),
    "O": _lazy("Not subject to tax"),
}
EXEMPTIONS: dict[str, str | Promise] = {
    "VATEX-EU-79-C": _lazy("Money spent in the buyer's name (Art. 79 c)"),
    "VATEX-EU-132": _lazy("In the public interest (Art. 132)"),
    "VATEX-EU-143": _lazy("Certain imports (Art. 143)"),
    "VATEX-EU-148": _lazy("For ships and aircraft (Art. 148)"),
    "VATEX-EU-151": _lazy("For embassies, international bodies, NATO (Art. 151)"),
    "VATEX-EU-309": _lazy("Travel outside the EU (Art. 309)"),
    "VATEX-EU-D": _lazy("Margin scheme: travel agents"),
    "VATEX-EU-F": _lazy("Margin scheme: second-hand goods"),
    "VATEX-EU-I": _lazy("Margin scheme: works of art"),
    "VATEX-EU-J": _lazy("Margin scheme: collectors' items and antiques"),
    "VATEX-FR-FRANCHISE": _lazy("Small business without VAT (France)"),
}
LARGEST = Decimal(100)
LONGEST_REASON = 200


class WrongTax(NotValid):
    """A tax that cannot be; `part` is category, rate, reason_code or reason."""

    def __init__(self, part: str, words: str) -> None:
        super().__init__(words)
        self.part = part


def checked_tax(category: str, rate: Decimal | None = None, reason_code: str = "", reason: str = "") -> Tax:
    """Raises WrongTax."""
    reason = " ".join(reason.split())
    if category not in CATEGORIES:
        raise WrongTax("category", _("Choose one of these."))
    if category == "S":
        if rate is None or not 0 < rate <= LARGEST:
            raise WrongTax("rate", _("Enter the rate in percent, above 0 and at most 100."))
        if rate != round(rate, 2):
            raise WrongTax("rate", _("At most two decimals."))
    elif rate:
        raise WrongTax("rate", _("Only what is taxed at a rate has one."))
    if category in "SZ" and (reason_code or reason):
        raise WrongTax("reason", _("A reason belongs to what is not taxed."))
    if len(reason) > LONGEST_REASON:
        raise WrongTax("reason", _("At most %(count)d characters.") % {"count": LONGEST_REASON})
    if category == "E" and not (reason_code or reason):
        raise WrongTax("reason", _("Say why it is exempt: choose a reason, or write it."))
    if reason_code and reason_code not in EXEMPTIONS | dict.fromkeys(EXEMPTION_OF.values(), ""):
        raise WrongTax("reason_code", _("Choose one of these."))
    code = EXEMPTION_OF.get(category, reason_code)
    return Tax(category, (rate or Decimal(0)).normalize() if category == "S" else Decimal(0), code, reason)


def kept(tax: Tax) -> dict[str, str]:
    return {
        "category": tax.category,
        "rate": f"{tax.rate:f}",
        "reason_code": tax.reason_code,
        "reason": tax.reason,
    }


def tax_of(kept_tax: Kept | None) -> Tax | None:
    """None for None, and for what is no tax: nothing is guessed about a row that another version wrote."""
    if kept_tax is None:
        return None
    try:
        rate = Decimal(kept_tax["rate"])
        return Tax(kept_tax["category"], rate, kept_tax["reason_code"], kept_tax["reason"])
    except (KeyError, TypeError, InvalidOperation):
        return None


def tax_words(tax: Tax) -> str:
    """The tax in a line, such as "Taxed at a rate (S 19%)"."""
    rate = f" {tax.rate:f}%" if tax.category == "S" else ""
    return f"{CATEGORIES.get(tax.category, '')} ({tax.category}{rate})"
