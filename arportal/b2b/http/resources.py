"""The base of every resource: the transport, pages, and queries by our names in the API's spelling."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, TypeVar

from arportal.b2b.errors import InvalidRequest
from arportal.b2b.http.paging import Listing, Page, bounds
from arportal.b2b.http.replies import Parse
from arportal.b2b.http.transport import Transport

T = TypeVar("T")
Names = Mapping[str, tuple[str, Callable[[Any], Any]]]


class Resource:
    """One noun of the API; holds nothing but the transport."""

    longest_page = 250

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def _page(self, path: str, parse: Parse[T], offset: int, limit: int, query: Mapping[str, Any]) -> Page[T]:
        params = {**query, **bounds(offset, limit, self.longest_page)}
        return self._transport.get(path, params).page(parse, offset=offset, limit=limit)

    def _listing(
        self,
        path: str,
        parse: Parse[T],
        *,
        key: Callable[[T], Hashable],
        page_size: int,
        query: Mapping[str, Any],
        keep: Callable[[T], bool] | None = None,
    ) -> Listing[T]:
        bounds(0, page_size, self.longest_page)  # refused here and now, not at the first iteration
        return Listing(
            lambda offset, limit: self._page(path, parse, offset, limit, query), key, page_size, keep
        )


def spelled(query: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """A query or body in the API's spelling, without what is None.

    The API ignores a parameter it does not know and answers with everything, so an unknown name is an error here.
    """
    unknown = sorted(query.keys() - names.keys())
    if unknown:
        raise TypeError(f"no such parameter: {', '.join(unknown)}")
    given = {name: value for name, value in query.items() if value is not None}
    return {names[name][0]: names[name][1](value) for name, value in given.items()}


def one_of(*allowed: str) -> Callable[[str], str]:
    """A parameter with a closed set of values: the API ignores any other, so it is refused here."""

    def checked(value: str) -> str:
        if value not in allowed:
            raise InvalidRequest(f"{value!r} is not one of {', '.join(allowed)}")
        return value

    return checked


def bit(value: bool) -> str:
    return "1" if value else "0"


def digits(value: int) -> str:
    return str(int(value))


def each(values: Iterable[Any]) -> list[str]:
    """A list parameter, sent as the same name repeated."""
    return [digits(value) if isinstance(value, int) else str(value) for value in values]


def field_values(values: Mapping[str, str]) -> list[dict[str, str]]:
    """Extra fields in the form that is sent."""
    return [{"fieldName": name, "fieldValue": value} for name, value in values.items()]


ORDER_BY = ("orderBy", one_of("DESC", "ASC"))
