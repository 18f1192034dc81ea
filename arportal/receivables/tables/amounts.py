"""Amounts and quantities as people type them: read exactly, or refused with the reason; never guessed, never 0.00.

`1,234.50`, `1 234.5`, `1'234.50`, `.5`, `50.`, each with the sign or code of its currency before or after it; for
people who write so, `1.234,50`, `1 234,50`, `,5`. The page's scripts read by the same pattern.
"""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import get_currency_symbol
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arportal.b2b import minor_digits
from arportal.stores.models import NumberFormat

MAX_WHOLE_DIGITS = 15
POINTS = {NumberFormat.DOT: ".", NumberFormat.COMMA: ","}
# Between thousands.
GROUPS = {NumberFormat.DOT: ",", NumberFormat.COMMA: "."}
SWAPS = {NumberFormat.DOT: {}, NumberFormat.COMMA: str.maketrans(",.", ".,")}
# Different characters for one sign, as keyboards, spreadsheets and other pages have them.
SPACES = "\t\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
ONE_SIGN = str.maketrans(
    dict.fromkeys(SPACES, " ") | {"\u2019": "'", "\u02bc": "'", "\u00b4": "'", "\u2212": "-"}
)
# What English does not write for a currency, though those who use it do.
OTHER_SIGNS = {
    "USD": ("US$",), "CAD": ("C$",), "AUD": ("AU$",), "SGD": ("S$", "$"), "CLP": ("$",), "COP": ("$",),
    "ARS": ("$",), "CNY": ("¥", "元"), "JPY": ("円",), "SEK": ("kr",), "NOK": ("kr",), "DKK": ("kr",),
    "ISK": ("kr",), "PLN": ("zł",), "CZK": ("Kč",), "HUF": ("Ft",), "RON": ("lei",), "ZAR": ("R",),
    "CHF": ("Fr",), "TRY": ("₺",), "RUB": ("₽",), "UAH": ("₴",), "THB": ("฿",), "EGP": ("£",), "GEL": ("₾",),
    "KZT": ("₸",), "NGN": ("₦",), "IDR": ("Rp",), "MYR": ("RM",),
}  # fmt: skip


def parse_amount(text: str, currency: str, number_format: NumberFormat) -> Decimal:
    """An amount above zero in `currency`. Raises ValidationError, in a sentence."""
    amount = parse_number(text, number_format, currency=currency)
    # As typed: who writes `1.500` for USD may well mean a thousand and a half.
    if -int(amount.as_tuple().exponent) > minor_digits(currency):
        raise ValidationError(too_fine(currency))
    if not amount:
        raise ValidationError(_("Enter an amount above zero, or leave it empty."))
    return amount


def parse_number(
    text: str, number_format: NumberFormat, *, currency: str = "", signed: bool = False
) -> Decimal:
    """The number with as many decimals as were typed; of no currency, nothing may stand beside it. Raises
    ValidationError, in a sentence."""
    match = re.fullmatch(pattern(number_format, currency, signed=signed), one_sign(text), re.IGNORECASE)
    if match is None:
        reason = _foreign(text, currency)
        if not reason and currency:
            sample = f"{1234:,.{minor_digits(currency)}f}".translate(SWAPS[number_format])
            reason = _("“%(text)s” is not an amount: write it like %(sample)s.") % {
                "text": text,
                "sample": sample,
            }
        elif not reason:
            sample = "1,234.5".translate(SWAPS[number_format])
            reason = _("“%(text)s” is not a number: write it like %(sample)s.") % {
                "text": text,
                "sample": sample,
            }
        raise ValidationError(reason)
    minus, whole, _group, decimals, only_decimals = match.groups()
    digits = re.sub("[^0-9]", "", whole or "")
    if len(digits.lstrip("0")) > MAX_WHOLE_DIGITS:
        raise ValidationError(_("This amount is too large."))
    return Decimal(f"{minus or ''}{digits or '0'}.{decimals or only_decimals or ''}")


def other_format(number_format: NumberFormat) -> NumberFormat:
    return NumberFormat.COMMA if number_format == NumberFormat.DOT else NumberFormat.DOT


def one_sign(text: str) -> str:
    return text.translate(ONE_SIGN).strip(" ")


@lru_cache(maxsize=512)
def pattern(number_format: NumberFormat, currency: str = "", *, signed: bool = False) -> str:
    """A regular expression for Python and for JavaScript, to be matched without regard to case; its groups are
    the minus, the whole part, the sign between its thousands, the decimals, and decimals with nothing before."""
    point, group = re.escape(POINTS[number_format]), re.escape(GROUPS[number_format])
    names = "|".join(re.escape(name) for name in currency_names(currency))
    before, after = (f"(?:(?:{names}) ?)?", f"(?: ?(?:{names}))?") if names else ("", "")
    minus = "(-)? ?" if signed else "(-){0}"
    whole = rf"[0-9]{{1,3}}(?:([{group} '])[0-9]{{3}}(?:\3[0-9]{{3}})*)|[0-9]+"
    return rf"{minus}{before}(?:({whole})(?:{point}([0-9]*))?|{point}([0-9]+)){after}"


@lru_cache(maxsize=512)
def currency_names(currency: str) -> tuple[str, ...]:
    """The currency's code, and the signs it is written with."""
    if not currency:
        return ()
    symbol = get_currency_symbol(currency, "en")
    bare = symbol[-1:] if unicodedata.category(symbol[-1:]) == "Sc" else symbol
    names = {currency, symbol, bare, *OTHER_SIGNS.get(currency, ())}
    return tuple(sorted(names))


def _foreign(text: str, currency: str) -> str:
    """The reason why a currency that the text names, by a code or a sign, does not fit; "" when none is named."""
    own, codes = currency_names(currency), Locale("en").currencies
    for word in re.findall(r"[^\W\d_]*[^\w\s.,'-]|[^\W\d_]+", text):
        is_currency = unicodedata.category(word[-1]) == "Sc" or word.upper() in codes
        if not is_currency or word.upper() in map(str.upper, own):
            continue
        if not currency:
            return _("Leave out “%(name)s”: enter only the number.") % {"name": word}
        names = {"name": word, "currency": currency}
        return _("“%(name)s” is another currency: this amount is in %(currency)s.") % names
    return ""


def too_fine(currency: str) -> str:
    """The refusal of an amount with more decimals than its currency has."""
    digits = minor_digits(currency)
    if not digits:
        return _("%(currency)s has no decimals.") % {"currency": currency}
    return ngettext(
        "%(currency)s has %(digits)d decimal, no more.",
        "%(currency)s has %(digits)d decimals, no more.",
        digits,
    ) % {"currency": currency, "digits": digits}
