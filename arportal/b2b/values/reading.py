"""Reading one field of a JSON object, liberal in its dress (42, "42", null) and strict in its kind.

Every function takes the object and the key and raises InvalidResponse, naming the key, for a value it cannot read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from arportal.b2b.errors import InvalidResponse, shown
from arportal.b2b.values.money import Money, parse_amount
from arportal.b2b.values.times import parse_time

Record = Mapping[str, Any]
_FLAGS = {"": False, "0": False, "1": True, "false": False, "true": True}


def text(raw: Record, key: str) -> str:
    """Text as it is, a number as its digits, null or absent as ""."""
    value = raw.get(key)
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    raise unreadable(key, value, "text")


def text_or_none(raw: Record, key: str) -> str | None:
    """The same as `text`, where "" and null both mean that there is none."""
    return text(raw, key) or None


def integer(raw: Record, key: str) -> int:
    return as_integer(raw.get(key), key)


def integer_or_none(raw: Record, key: str) -> int | None:
    """A whole number of at most 64 bits, as number or digits; null, "" and absent are None."""
    value = raw.get(key)
    if value is None or value == "":
        return None
    return as_integer(value, key)


def state(raw: Record, key: str) -> int:
    """A number for an enum; -1 when the API sent none."""
    number = integer_or_none(raw, key)
    return -1 if number is None else number


def as_integer(value: Any, key: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63:
        return value
    if isinstance(value, str) and len(value) < 19 and value.isascii() and value.removeprefix("-").isdigit():
        return int(value)
    if isinstance(value, Decimal) and value.is_finite() and value.adjusted() < 18 and value == int(value):
        return int(value)
    raise unreadable(key, value, "a whole number")


def integers(raw: Record, key: str) -> tuple[int, ...]:
    """A list of whole numbers, digits allowed; null or absent is empty."""
    return tuple(as_integer(value, key) for value in _items(raw, key))


def texts(raw: Record, key: str) -> tuple[str, ...]:
    """A list of texts, numbers allowed; null or absent is empty."""
    return tuple(text({key: value}, key) for value in _items(raw, key))


def flag(raw: Record, key: str) -> bool:
    """true/false, 1/0 or their text; null, "" and absent are False."""
    value = raw.get(key)
    if isinstance(value, bool):
        return value
    known = None
    if value is None or isinstance(value, str | int):
        known = _FLAGS.get("" if value is None else str(value).lower())
    if known is None:
        raise unreadable(key, value, "yes or no")
    return known


def time(raw: Record, key: str) -> datetime | None:
    try:
        return parse_time(raw.get(key))
    except InvalidResponse as error:
        raise InvalidResponse(f"{key}: {error.message}") from None


def money(raw: Record, key: str) -> Money:
    try:
        return Money.parse(raw.get(key))
    except InvalidResponse as error:
        raise InvalidResponse(f"{key}: {error.message}") from None


def money_or_none(raw: Record, key: str) -> Money | None:
    return None if raw.get(key) in (None, "", {}) else money(raw, key)


def amount(raw: Record, key: str) -> Decimal:
    try:
        return parse_amount(raw.get(key))
    except InvalidResponse as error:
        raise InvalidResponse(f"{key}: {error.message}") from None


def amount_or_none(raw: Record, key: str) -> Decimal | None:
    return None if raw.get(key) in (None, "") else amount(raw, key)


def record(raw: Record, key: str) -> Record:
    """An object; where the API sends "", null, text or a list in an object's place, an empty one."""
    value = raw.get(key)
    return value if isinstance(value, dict) else {}


def records(raw: Record, key: str) -> tuple[Record, ...]:
    """A list of objects; null, "" or absent is empty."""
    items = _items(raw, key)
    for item in items:
        if not isinstance(item, dict):
            raise unreadable(key, item, "an object")
    return tuple(items)


def unreadable(key: str, value: Any, wanted: str) -> InvalidResponse:
    return InvalidResponse(f"{key}: {shown(value)} is not {wanted}")


def _items(raw: Record, key: str) -> list[Any]:
    value = raw.get(key)
    if value is None or value == "":
        return []
    if not isinstance(value, list):
        raise unreadable(key, value, "a list")
    return value
