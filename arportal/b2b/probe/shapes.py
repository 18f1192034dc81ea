"""The shape of an answer without its values: kinds of values, and the keys that nobody reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any


def shape(value: Any) -> str:
    """`{"id": whole number, "memo": text, empty}`: no value but true, false and null, and at most one of a list."""
    match value:
        case bool() | None:
            return {True: "true", False: "false", None: "null"}[value]
        case int():
            return "whole number"
        case Decimal() | float():
            return "number with decimals"
        case str():
            return _shape_of_text(value)
        case dict():
            return "{" + ", ".join(f"{key}: {shape(item)}" for key, item in value.items()) + "}"
        case list():
            return f"[{len(value)} of {shape(value[0])}]" if value else "[]"
    return type(value).__name__


def _shape_of_text(text: str) -> str:
    if not text.strip():
        return "text, empty"
    try:
        number = Decimal(text)
    except ArithmeticError:
        return "text"
    return "text of digits" if number.is_finite() and number == int(number) else "text of a number"


class Watched(dict[str, Any]):
    """A record of an answer that remembers which of its keys were asked for, and so do the records in it."""

    def __init__(self, record: dict[str, Any]) -> None:
        super().__init__({key: _watched(value) for key, value in record.items()})
        self.asked: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return super().__getitem__(key)

    def unread(self, place: str = "") -> Iterator[tuple[str, Any]]:
        """Keys with their values, those inside as `details.header.costLines[].note`."""
        for key, value in self.items():
            if key not in self.asked:
                yield f"{place}{key}", value
            else:
                yield from _unread_in(value, f"{place}{key}")


def _watched(value: Any) -> Any:
    if isinstance(value, dict):
        return Watched(value)
    return [_watched(item) for item in value] if isinstance(value, list) else value


def _unread_in(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Watched):
        # One of which no key was asked for is kept as it is, whatever it holds: it is read.
        yield from value.unread(f"{place}.") if value.asked else ()
    elif isinstance(value, list):
        for item in value:
            yield from _unread_in(item, f"{place}[]")


def first_of_each(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """One value a key, rather one that says something than null or an empty one."""
    kept: dict[str, Any] = {}
    for key, value in pairs:
        if kept.get(key) in (None, "", [], {}):
            kept[key] = value
    return kept
