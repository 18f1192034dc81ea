"""Query parameters, read the way the API reads them: what is unknown or unreadable is ignored."""

from collections.abc import Mapping

from rest_framework.request import Request

BIGGEST = 2**63 - 1  # SQLite's largest integer


def whole(value: object) -> int | None:
    """A whole number out of a number or a digit string, None for anything else; too large is the largest."""
    if isinstance(value, bool) or not isinstance(value, int | str | float):
        return None
    try:
        result = int(value)
    except (ValueError, OverflowError):
        return None
    if isinstance(value, float) and value != result:
        return None
    return max(-BIGGEST, min(result, BIGGEST))


def number(request: Request, name: str) -> int | None:
    return whole(request.query_params.get(name))


def lookups(request: Request, columns: Mapping[str, str]) -> dict[str, int]:
    """Numeric filters: parameter to ORM lookup, for those that were sent and can be read."""
    return {column: value for name, column in columns.items() if (value := number(request, name)) is not None}


def text(request: Request, name: str) -> str:
    return request.query_params.get(name, "").replace("\0", "").strip()


def texts(request: Request, name: str) -> list[str]:
    """Every way to write a list: name, name[], repeated, comma separated (contract X-37)."""
    given = request.query_params.getlist(name) + request.query_params.getlist(f"{name}[]")
    return [part.strip() for value in given for part in value.replace("\0", "").split(",") if part.strip()]


def numbers(request: Request, name: str) -> list[int]:
    return [n for n in map(whole, texts(request, name)) if n is not None]


def flag(request: Request, name: str) -> bool:
    return text(request, name).lower() in ("1", "true")
