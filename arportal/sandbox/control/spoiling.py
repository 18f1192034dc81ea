"""The answer that each kind of fault makes of the right one."""

import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from arportal.sandbox.control.faults import Rule
from arportal.sandbox.reply import Reply, as_json

REASONS = {
    400: "Bad Request",
    401: "Invalid token header. No credentials provided.",
    403: "Forbidden",
    404: "This resource is not found.",
    408: "Request Timeout",
    409: "Conflict",
    422: "Parameter Error",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
PAGE = b"<!doctype html><title>Just a moment</title><p>Checking your browser before you continue.</p>"
ELSEWHERE = "https://elsewhere.example/sign-in"

Spoiler = Callable[[Rule, Reply], Reply]


def too_many(wait: float | None = None) -> Reply:
    """A 429; with `wait`, its headers tell so many seconds."""
    reply = as_json(429, {"code": 429, "data": {}, "meta": {"message": "Too Many Requests"}})
    if wait is None:
        return reply
    headers = {"Retry-After": f"{wait}", "X-Request-Window-Resets-After": f"{wait} s"}
    return replace(reply, headers=reply.headers | headers)


def spoil(rule: Rule, reply: Reply) -> Reply:
    return SPOILERS[rule.kind](rule, reply)


def _error(status: int) -> Spoiler:
    message = REASONS[status]
    data = {"errMsg": message} if status == 401 else {}
    body = {"code": status, "data": data, "meta": {"message": message}}
    return lambda rule, reply: as_json(status, body)


def _manner(name: str) -> Spoiler:
    return lambda rule, reply: replace(reply, manner=name, seconds=rule.seconds)


def _page(status: int) -> Spoiler:
    return lambda rule, reply: Reply(status, {"Content-Type": "text/html; charset=utf-8"}, PAGE)


def _json(body: dict[str, Any]) -> Spoiler:
    """HTTP 200 around `body`, whatever the right answer was."""
    return lambda rule, reply: as_json(200, body)


def _as_gzip(reply: Reply, body: bytes) -> Reply:
    """The headers say gzip; what the body is, is the caller's choice."""
    return replace(reply, headers=reply.headers | {"Content-Encoding": "gzip"}, body=body)


def _half(body: bytes) -> bytes:
    return body[: len(body) // 2]


SPOILERS: dict[str, Spoiler] = {
    "400": _error(400),
    "401": _error(401),
    "403": _error(403),
    "404": _error(404),
    "408": _error(408),
    "409": _error(409),
    "422": _error(422),
    "429": lambda rule, reply: too_many(),
    "429_told": lambda rule, reply: too_many(rule.seconds),
    "500": _error(500),
    "502": _error(502),
    "503": _error(503),
    "504": _error(504),
    "520": _page(520),
    "drop_before": _manner("drop"),
    "drop_after": _manner("drop"),
    "reset_before": _manner("reset"),
    "reset_after": _manner("reset"),
    "reset_midway": _manner("break"),
    "hang_before": _manner("hang"),
    "hang_after": _manner("hang"),
    "html": _page(200),
    "truncated": lambda rule, reply: replace(reply, body=_half(reply.body)),
    "empty": lambda rule, reply: replace(reply, status=200, body=b""),
    "null": _json({"code": 200, "data": None, "meta": {"message": "SUCCESS"}}),
    "missing": _json({"code": 200, "meta": {"message": "SUCCESS"}}),
    "no_id": _json({"code": 200, "data": {}, "meta": {"message": "SUCCESS"}}),
    "text_id": lambda rule, reply: replace(reply, body=re.sub(rb'([iI]d":) ?(\d+)', rb'\1"\2"', reply.body)),
    "body_500": _json({"code": 500, "data": {}, "meta": {"message": "Internal Server Error"}}),
    "body_422": _json(
        {"code": 422, "data": {"errMsg": "Invalid currency code"}, "meta": {"message": "Parameter Error"}}
    ),
    "redirect": lambda rule, reply: Reply(302, {"Location": ELSEWHERE}, b""),
    # It starts as gzip does, and is not.
    "bad_gzip": lambda rule, reply: _as_gzip(reply, b"\x1f\x8b\x08\x00" + reply.body),
    "cut_gzip": lambda rule, reply: _as_gzip(reply, _half(gzip.compress(reply.body))),
    "early_hints": _manner("hint"),
    "twice": _manner("twice"),
    # In small letters: wire.head leaves out only the name it writes itself.
    "two_lengths": lambda rule, reply: replace(
        reply, headers=reply.headers | {"content-length": str(len(reply.body) + 9)}
    ),
    "drip": _manner("drip"),
    "wrong_length": _manner("short"),
    # The signature no longer fits, so the address is answered as one that has run out.
    "expired_link": lambda rule, reply: replace(reply, body=reply.body.replace(b'.pdf"', b'-ended.pdf"')),
    "delayed_commit": _error(504),
    "slow_commit": lambda rule, reply: reply,
    "stale_index": lambda rule, reply: reply,
}
