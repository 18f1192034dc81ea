"""The wrapping around every answer: where its data lies, and what an error says, in all eight forms."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

_DEEPEST = 6
_LONGEST = 500
# Keys for general errors and the bulk calls' wrappers; a position names no field either.
_NO_FIELDS = frozenset({"non_field_errors", "detail", "_detail"})


def decode(body: bytes) -> Any:
    """JSON with exact decimals; ValueError for anything that is not JSON in UTF-8."""
    try:
        # As floats, long amounts would have lost digits before anybody sees them.
        return json.loads(body.decode("utf-8"), parse_float=Decimal, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def encode(value: Any) -> str:
    """JSON in which a Decimal is a number with exactly its digits; a float is refused."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json.dumps(key)}:{encode(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(encode(item) for item in value) + "]"
    if isinstance(value, float):
        raise TypeError("a float cannot be sent: use Decimal")
    return json.dumps(value)


def body_code(answer: Any) -> int | None:
    """The `code` (or, in the hierarchy calls, `status`) an answer carries besides its HTTP status."""
    if not isinstance(answer, dict):
        return None
    code = answer.get("code", answer.get("status"))
    if isinstance(code, str) and code.isascii() and code.isdigit():
        return int(code[:4])
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def complaint(answer: Any) -> tuple[str, dict[str, tuple[str, ...]]]:
    """The API's own words in an error answer, and its messages per field where it names fields."""
    if not isinstance(answer, dict):
        return "", {}
    for source in _sources(answer):
        messages = [(field, words) for field, words in _flat(source) if words]
        if messages:
            fields: dict[str, tuple[str, ...]] = {}
            for field, words in messages:
                if field:
                    fields[field] = (*fields.get(field, ()), words)
            lines = [f"{field}: {words}" if field else words for field, words in messages]
            return "; ".join(lines)[:_LONGEST], fields
    return "", {}


def _sources(answer: Mapping[str, Any]) -> Iterator[Any]:
    """The places an error may be told, the most telling first."""
    data, meta = _object(answer.get("data")), _object(answer.get("meta"))
    yield data.get("errMsg")
    yield data.get("errors")
    yield {key: value for key, value in data.items() if isinstance(value, list | dict)}
    yield meta.get("errors")
    yield answer.get("errors")
    yield from (meta.get("message"), answer.get("message"), answer.get("title"))


def _flat(value: Any, field: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """(field, message) for every text in `value`; the field is dotted, "" for what belongs to none."""
    if isinstance(value, str):
        yield field, value.strip().rstrip(";").strip()
    elif isinstance(value, list) and depth < _DEEPEST:
        for item in value:
            yield from _flat(item, field, depth + 1)
    elif isinstance(value, dict) and depth < _DEEPEST:
        for key, item in value.items():
            name = "" if key.isdigit() or key in _NO_FIELDS else key
            yield from _flat(item, ".".join(filter(None, (field, name))), depth + 1)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
