"""Money inside the sandbox: whole ten-thousandths of a unit, so that SQLite never rounds."""

from decimal import Decimal, InvalidOperation
from typing import Any

STEP = 10_000
LIMIT = 10**14 * STEP  # far above any invoice, far below what SQLite can hold

CURRENCIES = frozenset(
    """AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
    CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL
    LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR
    PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP
    TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG""".split()
)


def units(value: Any) -> int | None:
    """Ten-thousandths in a number or numeric string; None when it is neither, too fine or too large."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        scaled = Decimal(str(value)) * STEP
        whole = int(scaled)
    except (InvalidOperation, ValueError, OverflowError):
        return None
    return whole if whole == scaled and abs(whole) < LIMIT else None


def text(amount: int) -> str:
    """Four decimals, as /ip writes every stored amount: 349500 -> "34.9500"."""
    sign = "-" if amount < 0 else ""
    whole, part = divmod(abs(amount), STEP)
    return f"{sign}{whole}.{part:04d}"


def money(amount: int, code: str) -> dict[str, str]:
    return {"code": code, "value": text(amount)}


def number(amount: int) -> float:
    """Orders and credit carry JSON numbers instead."""
    return amount / STEP
