"""Rules for misbehaving: which requests, how, and how often; deterministic for a given seed."""

import random
import re
import threading
from dataclasses import dataclass, field
from typing import Any

# kind -> is the request carried out before it goes wrong?
KINDS = {
    "401": False,
    "429": False,
    "500": False,
    "502": False,
    "503": False,
    "504": False,
    "drop_before": False,
    "drop_after": True,
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
    _dice: random.Random = field(default_factory=random.Random, repr=False)

    def matches(self, method: str, path: str) -> bool:
        return self.method in ("", method) and re.search(self.path, path) is not None

    def strikes(self) -> bool:
        """Called for a matching request; counts down what it uses up."""
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
    if not isinstance(given, dict) or given.get("kind") not in KINDS:
        raise BadRule(f"kind must be one of {', '.join(KINDS)}.")
    unknown = set(given) - set(Rule.__dataclass_fields__) - {"hits"}
    if unknown:
        raise BadRule(f"Unknown keys: {', '.join(sorted(unknown))}.")
    told: dict[str, Any] = {"commit": KINDS[given["kind"]]} | given
    rule = Rule(**told)
    _check(rule)
    if "count" not in given and "probability" not in given:
        rule.count = 1
    rule._dice.seed(rule.seed)
    return rule


def _check(rule: Rule) -> None:
    if rule.method not in ("", *METHODS):
        raise BadRule(f"method must be one of {', '.join(METHODS)}.")
    try:
        re.compile(rule.path)
    except (re.error, TypeError) as error:
        raise BadRule(f"path is not a regular expression: {error}") from error
    whole = (rule.count if rule.count is not None else 0, rule.skip, rule.seed)
    if any(isinstance(n, bool) or not isinstance(n, int) or n < 0 for n in whole):
        raise BadRule("count, skip and seed must be whole numbers, 0 or more.")
    if not all(isinstance(n, int | float) for n in (rule.probability, rule.seconds)):
        raise BadRule("probability and seconds must be numbers.")


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
