"""What each kind of fault makes of the answer."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace

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


def too_many() -> Reply:
    return as_json(429, {"code": 429, "data": {}, "meta": {"message": "Too Many Requests"}})


def _told_to_wait(rule: Rule, reply: Reply) -> Reply:
    told = {"Retry-After": f"{rule.seconds}", "X-Request-Window-Resets-After": f"{rule.seconds} s"}
    return replace(too_many(), headers=too_many().headers | told)


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


def _truncated(rule: Rule, reply: Reply) -> Reply:
    return replace(reply, body=reply.body[: len(reply.body) // 2])


def _empty(rule: Rule, reply: Reply) -> Reply:
    return replace(reply, status=200, body=b"")


def _null(rule: Rule, reply: Reply) -> Reply:
    return as_json(200, {"code": 200, "data": None, "meta": {"message": "SUCCESS"}})


def _missing(rule: Rule, reply: Reply) -> Reply:
    return as_json(200, {"code": 200, "meta": {"message": "SUCCESS"}})


def _without_id(rule: Rule, reply: Reply) -> Reply:
    return as_json(200, {"code": 200, "data": {}, "meta": {"message": "SUCCESS"}})


def _text_id(rule: Rule, reply: Reply) -> Reply:
    if reply.status != 200:
        return reply
    body = json.loads(reply.body)
    data = {key: str(value) if isinstance(value, int) else value for key, value in body["data"].items()}
    return as_json(200, body | {"data": data})


def _body_500(rule: Rule, reply: Reply) -> Reply:
    return as_json(200, {"code": 500, "data": {}, "meta": {"message": "Internal Server Error"}})


def _body_422(rule: Rule, reply: Reply) -> Reply:
    body = {"code": 422, "data": {"errMsg": "Invalid currency code"}, "meta": {"message": "Parameter Error"}}
    return as_json(200, body)


def _redirect(rule: Rule, reply: Reply) -> Reply:
    return Reply(302, {"Location": ELSEWHERE}, b"")


def _bad_gzip(rule: Rule, reply: Reply) -> Reply:
    """Says gzip, starts like gzip, and is not."""
    headers = reply.headers | {"Content-Encoding": "gzip"}
    return replace(reply, headers=headers, body=b"\x1f\x8b\x08\x00" + reply.body)


def _cut_gzip(rule: Rule, reply: Reply) -> Reply:
    whole = gzip.compress(reply.body)
    headers = reply.headers | {"Content-Encoding": "gzip"}
    return replace(reply, headers=headers, body=whole[: len(whole) // 2])


def _two_lengths(rule: Rule, reply: Reply) -> Reply:
    return replace(reply, headers=reply.headers | {"content-length": str(len(reply.body) + 9)})


def _expired_link(rule: Rule, reply: Reply) -> Reply:
    """The signature no longer fits: the address is answered as one that has run out."""
    return replace(reply, body=reply.body.replace(b'.pdf"', b'-ended.pdf"'))


SPOILERS: dict[str, Spoiler] = {
    "400": _error(400),
    "401": _error(401),
    "403": _error(403),
    "404": _error(404),
    "408": _error(408),
    "409": _error(409),
    "422": _error(422),
    "429": lambda rule, reply: too_many(),
    "429_told": _told_to_wait,
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
    "truncated": _truncated,
    "empty": _empty,
    "null": _null,
    "missing": _missing,
    "no_id": _without_id,
    "text_id": _text_id,
    "body_500": _body_500,
    "body_422": _body_422,
    "redirect": _redirect,
    "bad_gzip": _bad_gzip,
    "cut_gzip": _cut_gzip,
    "early_hints": _manner("hint"),
    "twice": _manner("twice"),
    "two_lengths": _two_lengths,
    "drip": _manner("drip"),
    "wrong_length": _manner("short"),
    "expired_link": _expired_link,
    "delayed_commit": _error(504),
    "slow_commit": lambda rule, reply: reply,
    "stale_index": lambda rule, reply: reply,
}
