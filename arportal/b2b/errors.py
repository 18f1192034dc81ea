"""The errors between us and the API, sorted by what the caller must do about them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

Fields = Mapping[str, tuple[str, ...]]


class B2BError(Exception):
    """Base of every error this package raises about a request.

    `message` holds the API's own words, `fields` its complaints per field, `hint` ours: what to look at.
    `status` is the HTTP status (or the body's `code` when that is the one that says no); None if no answer came.
    """

    def __init__(
        self,
        message: str,
        *,
        method: str = "",
        path: str = "",
        status: int | None = None,
        request_id: str | None = None,
        fields: Fields | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.method = method
        self.path = path
        self.status = status
        self.request_id = request_id
        self.fields: Fields = fields or {}
        self.hint = hint

    def __str__(self) -> str:
        where = f"{self.method} {self.path}".strip()
        status = f" answered {self.status}" if self.status else ""
        request = f" (request {self.request_id})" if self.request_id else ""
        words = ". ".join(part.rstrip(".") for part in (self.message, self.hint) if part)
        return f"{where}{status}: {words}{request}" if where else words

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"


class InvalidRequest(B2BError, ValueError):
    """We would not send this: an argument is wrong. Nothing was sent."""


class Unauthorized(B2BError):
    """401: no or unreadable credentials. Nothing was done."""


class Forbidden(B2BError):
    """403: the token is wrong, lacks the scope, or the feature is off. Nothing was done."""


class NotFound(B2BError):
    """404: no such record. Nothing was done."""


class Refused(B2BError):
    """400, 409, 413, 415, 422 and other 4xx: the API will not do this. Nothing was done."""


class RateLimited(B2BError):
    """429: too many requests. Nothing was done; try again after `wait` seconds."""

    def __init__(
        self,
        message: str,
        *,
        wait: float = 0.0,
        method: str = "",
        path: str = "",
        status: int | None = 429,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, method=method, path=path, status=status, request_id=request_id)
        self.wait = wait


class Unavailable(B2BError):
    """The API could not be reached (nothing was sent), or a GET kept failing after its retries."""


class Ambiguous(B2BError):
    """A write was sent and its outcome is unknown: it may have been done. Look before sending again."""


class InvalidResponse(B2BError):
    """A GET was answered with something that makes no sense: not JSON, or a field of an impossible kind."""


def shown(value: object) -> str:
    """A received value for an error message: short, and never the whole of a nested one."""
    if value is None:
        return "null"
    return repr(value)[:40] if isinstance(value, str | int | Decimal) else f"a {type(value).__name__}"
