"""Errors as RFC 9457 tells them: `application/problem+json`, with the reasons by field in `errors`."""

import dataclasses
import http
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions

from arportal.receivables.ageing.ageing import NotKnown
from arportal.receivables.changes import deferring
from arportal.receivables.changes.errors import Conflict, Invalid, StoreUnreadable
from arportal.receivables.payments.versions import StatusConflict, Version
from arportal.stores.access import NotAllowed

TYPE = "application/problem+json"
Errors = Mapping[str, Sequence[str]]


class Problem(Exception):
    """An answer that is no success. `kind` is the last part of its `type`."""

    def __init__(
        self, status: int, kind: str, detail: str, errors: Errors | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.status, self.kind, self.detail = status, kind, detail
        self.errors, self.more = errors, more
        self.headers: dict[str, str] = {}

    def response(self) -> HttpResponse:
        body: dict[str, Any] = {
            "type": f"urn:arportal:problem:{self.kind}",
            "title": http.HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors is not None:
            body["errors"] = self.errors
        # What cannot be read may be told back, and is not always text that orjson takes.
        content = json.dumps(body | self.more, default=plainly)
        return HttpResponse(content, status=self.status, content_type=TYPE, headers=self.headers)


def answered(error: Exception, _context: Any) -> HttpResponse | None:
    """DRF's handler of exceptions; None for those that are our own fault."""
    problem = problem_of(error)
    return None if problem is None else problem.response()


def problem_of(error: Exception) -> Problem | None:
    match error:
        case Problem():
            return error
        case StatusConflict():
            seen, now = error.seen.as_before(), Version.of(error.now).as_before()
            return Problem(412, "conflict", str(error), seen=seen, now=now)
        case Conflict():
            versions = {"seen": error.seen, "now": error.now}
            return Problem(412, "conflict", str(error), **versions)
        case StoreUnreadable():
            return _waiting(Problem(503, "store-unreadable", str(error)), max(deferring.busy(), 5))
        case Invalid():
            return Problem(422, "invalid", str(error), error.fields)
        case NotAllowed() | PermissionDenied():
            return Problem(403, "not-allowed", str(error))
        case ObjectDoesNotExist() | Http404():
            return Problem(404, "not-found", _("There is no such thing, or it is not yours to see."))
        case NotKnown():
            return Problem(422, "not-known", str(error))
        case exceptions.ValidationError():
            return Problem(422, "invalid", _("Check the fields."), flat(error.detail))
        case exceptions.Throttled():
            waiting = Problem(429, "too-many-requests", str(error.detail))
            return _waiting(waiting, int(getattr(error, "wait", None) or 60))
        case exceptions.APIException():
            kind = str(error.get_codes() if isinstance(error.detail, str) else error.default_code)
            problem = Problem(error.status_code, kind.replace("_", "-"), str(error.detail))
            if header := getattr(error, "auth_header", ""):
                problem.headers["WWW-Authenticate"] = header
            return problem
    return None


def flat(detail: Any, at: str = "") -> dict[str, list[str]]:
    """DRF's nested reasons by path: `lines.0.amount`."""
    if isinstance(detail, Mapping):
        parts = [(f"{at}.{name}" if at else str(name), value) for name, value in detail.items()]
    elif any(isinstance(value, Mapping | list) for value in detail):
        parts = [(f"{at}.{number}", value) for number, value in enumerate(detail)]
    else:
        return {at.removesuffix(".non_field_errors"): [str(reason) for reason in detail]}
    return {path: reasons for name, value in parts for path, reasons in flat(value, name).items()}


def plainly(value: Any) -> Any:
    """A version of a thing, such as a dataclass of ours, as JSON."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return str(value)


def _waiting(problem: Problem, seconds: int) -> Problem:
    problem.headers["Retry-After"] = str(seconds)
    return problem
