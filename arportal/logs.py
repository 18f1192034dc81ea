"""Logs, one JSON object a line: what happened, in which request or job, by whom and in which store.

Nothing secret is in them: no query, no form, and of an address its pattern and numbers alone, for the link of an
invitation is an address too.
"""

import datetime as dt
import json
import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

logger = logging.getLogger(__name__)

# About the request or job that is going on; None outside of both.
_about: ContextVar[dict[str, Any] | None] = ContextVar("about", default=None)
# Of what a record carries beside its words, what `RequestLines` puts there.
EXTRAS = ("status", "milliseconds", "ids")
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


def tell(**fields: Any) -> None:
    """Adds to every further line of this request: `person` and `store`, by number."""
    about = _about.get()
    if about is not None:
        about.update(fields)


class RequestLines:
    """Middleware: a line for each request, whose id is in all lines of the request and in its answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.monotonic()
        request_id = _request_id(request)
        about: dict[str, Any] = {"request": request_id}
        request.about = about  # type: ignore[attr-defined]
        token = _about.set(about)
        try:
            response = self._get_response(request)
            response["X-Request-ID"] = request_id
            extra = {
                "status": response.status_code,
                "milliseconds": round((time.monotonic() - began) * 1000),
                "ids": _ids(request),
            }
            logger.info("%s %s", request.method, pattern_of(request), extra=extra)
            return response
        finally:
            _about.reset(token)


def job_lines(call_next: Callable[[], Any], context: Any, _worker: Any) -> Any:
    """Middleware of procrastinate: the number of the job, and of its store, are in all lines of the job."""
    about = {"job": context.job.id, "task": context.job.task_name}
    if "store_id" in context.job.task_kwargs:
        about["store"] = context.job.task_kwargs["store_id"]
    token = _about.set(about)
    try:
        return call_next()
    finally:
        _about.reset(token)


def pattern_of(request: HttpRequest) -> str:
    """`s/<slug:slug>/invoices/`; of an address that does not exist its beginning alone."""
    if request.resolver_match is not None:
        return f"/{request.resolver_match.route.removeprefix('^')}"
    return f"/{request.path.split('/')[1][:50]}…"


def without_address(record: logging.LogRecord) -> bool:
    """Filter: where Django's own lines have the address of the request, they get its pattern."""
    request = getattr(record, "request", None)
    if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
        # As Django writes it down.
        path = request.path.encode("unicode_escape").decode("ascii")
        record.args = tuple(pattern_of(request) if value == path else value for value in record.args)
    return True


class JsonLine(logging.Formatter):
    """One record as JSON, which escapes line ends: nobody can write a line of their own into the log."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            # Django writes its line about an answer from 400 on when the request has left all middleware.
            **(_about.get() or getattr(getattr(record, "request", None), "about", {})),
        }
        line.update((name, value) for name in EXTRAS if (value := getattr(record, name, None)) is not None)
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def _request_id(request: HttpRequest) -> str:
    """That of the proxy before us, so that its lines and ours can be told to be the same; else a new one."""
    told = request.headers.get("X-Request-ID", "") if settings.HTTPS else ""
    return told if REQUEST_ID.fullmatch(told) else uuid.uuid4().hex


def _ids(request: HttpRequest) -> dict[str, Any] | None:
    kwargs = request.resolver_match.kwargs if request.resolver_match else {}
    return {name: value for name, value in kwargs.items() if isinstance(value, int | uuid.UUID)} or None
