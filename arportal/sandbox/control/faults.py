"""Rules for misbehaving: which requests, how, and how often; deterministic for a given seed."""

import random
import re
import threading
from dataclasses import dataclass, field, fields
from typing import Any

DELAYED, STALE, SLOW = "delayed_commit", "stale_index", "slow_commit"


@dataclass(frozen=True)
class Kind:
    """A way to go wrong, in words; commit and seconds are what a rule takes when it says nothing.

    commit: the request is carried out first.
    """

    meaning: str
    commit: bool = False
    seconds: float = 0.0


KINDS = {
    "400": Kind("the request is suddenly not liked"),
    "401": Kind("the token is suddenly not accepted"),
    "403": Kind("the token may suddenly not do this"),
    "404": Kind("there is suddenly no such thing"),
    "408": Kind("the server says that the request took too long to arrive"),
    "409": Kind("the server says that somebody else is at it"),
    "422": Kind("the request suddenly makes no sense"),
    "429": Kind("too many requests"),
    "429_told": Kind("too many requests; a header says how many seconds to wait", seconds=1),
    "500": Kind("server error"),
    "502": Kind("bad gateway"),
    "503": Kind("service unavailable"),
    "504": Kind("gateway timeout"),
    "520": Kind("a web page of the network before the server, which could not make sense of it"),
    "drop_before": Kind("the connection ends without an answer, nothing was done"),
    "drop_after": Kind("done, then the connection ends without an answer", commit=True),
    "reset_before": Kind("the connection is reset, nothing was done"),
    "reset_after": Kind("done, then the connection is reset", commit=True),
    "reset_midway": Kind("done, then the connection is reset in the middle of the answer", commit=True),
    "hang_before": Kind("no answer for so many seconds, nothing was done", seconds=30),
    "hang_after": Kind("done, then no answer for so many seconds", commit=True, seconds=30),
    "html": Kind("done, but a web page comes under 200", commit=True),
    "truncated": Kind("done, but the JSON ends in the middle", commit=True),
    "empty": Kind("done, but 200 comes without a body", commit=True),
    "null": Kind("done, but data is null", commit=True),
    "missing": Kind("done, but there is no data in the answer", commit=True),
    "no_id": Kind("done, but 200 comes without the new id", commit=True),
    "text_id": Kind("done, but the new id comes as text", commit=True),
    "body_500": Kind("done, but HTTP 200 comes around a body whose code is 500", commit=True),
    "body_422": Kind("not done: HTTP 200 around a body whose code is 422"),
    "redirect": Kind("not done: a redirect to another host"),
    "bad_gzip": Kind("done, but the body only claims to be gzip", commit=True),
    "cut_gzip": Kind("done, but the body is gzip that ends in the middle", commit=True),
    "early_hints": Kind("done; before the answer comes a 103, which is none", commit=True),
    "twice": Kind("done, but the whole answer comes twice", commit=True),
    "two_lengths": Kind("done, but two Content-Length headers disagree", commit=True),
    "drip": Kind("done, the answer comes in drops over so many seconds", commit=True, seconds=2),
    "wrong_length": Kind("done, but Content-Length promises more than comes", commit=True),
    "expired_link": Kind("done, but the link to a PDF in the answer has run out", commit=True),
    DELAYED: Kind("504 now, and so many seconds later it is done after all", seconds=2),
    SLOW: Kind("nothing for so many seconds, then it is done and answered", commit=True, seconds=2),
    STALE: Kind("lists do not show what is younger than so many seconds", commit=True, seconds=25),
}
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")


class BadRule(ValueError):
    """A fault rule that cannot be understood; the text says why."""


@dataclass
class Rule:
    """Method (any when empty) and path (a regular expression) choose; count or probability limits."""

    kind: str
    method: str = ""
    path: str = ""
    count: int | None = None
    probability: float = 1.0
    seed: int = 0
    skip: int = 0
    seconds: float = 0.0
    commit: bool = False
    hits: int = 0
    _dice: random.Random = field(default_factory=random.Random, init=False, repr=False)

    def __post_init__(self) -> None:
        """Check the fields, which come from JSON as they are; raises BadRule."""
        if self.method not in ("", *METHODS):
            raise BadRule(f"method must be one of {', '.join(METHODS)}.")
        try:
            re.compile(self.path)
        except (re.error, TypeError) as error:
            raise BadRule(f"path is not a regular expression: {error}") from error
        whole = (self.count if self.count is not None else 0, self.skip, self.seed)
        # True and False are ints to Python.
        if any(isinstance(n, bool) or not isinstance(n, int) or n < 0 for n in whole):
            raise BadRule("count, skip and seed must be whole numbers, 0 or more.")
        if not all(isinstance(n, int | float) for n in (self.probability, self.seconds)):
            raise BadRule("probability and seconds must be numbers.")
        self._dice.seed(self.seed)

    def matches(self, method: str, path: str) -> bool:
        return self.method in ("", method) and re.search(self.path, path) is not None

    def strikes(self) -> bool:
        """True if a matching request is struck; counts down what it uses up."""
        if self.skip:
            self.skip -= 1
            return False
        if self.count == 0 or self._dice.random() >= self.probability:
            return False
        if self.count is not None:
            self.count -= 1
        self.hits += 1
        return True

    def shown(self) -> dict[str, Any]:
        return {key: value for key, value in vars(self).items() if not key.startswith("_")}


_rules: list[Rule] = []
_lock = threading.Lock()


def read(given: object) -> Rule:
    """A rule from JSON. Without count and probability it strikes once."""
    if not isinstance(given, dict) or str(given.get("kind")) not in KINDS:
        raise BadRule(f"kind must be one of {', '.join(KINDS)}.")
    unknown = set(given) - {field.name for field in fields(Rule) if field.init}
    if unknown:
        raise BadRule(f"Unknown keys: {', '.join(sorted(unknown))}.")
    kind = KINDS[given["kind"]]
    told: dict[str, Any] = {"commit": kind.commit, "seconds": kind.seconds} | given
    if "count" not in given and "probability" not in given:
        told["count"] = 1
    return Rule(**told)


def add(rules: list[Rule]) -> None:
    with _lock:
        _rules.extend(rules)


def rules() -> list[Rule]:
    with _lock:
        return list(_rules)


def clear() -> None:
    with _lock:
        _rules.clear()


def pick(method: str, path: str) -> Rule | None:
    """The first rule that strikes this request; only the rules before it have rolled their dice."""
    with _lock:
        return next((rule for rule in _rules if rule.matches(method, path) and rule.strikes()), None)
