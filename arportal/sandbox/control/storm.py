"""A storm: every request may meet one fault of many, and in the same storm it meets the same.

Where a rule of faults.py rolls its dice in the order in which requests come, here the fate of a request follows
from the storm's seed, what the request is about (its externalId, or what it searches for) and how many like it
there were before. So a storm can be lived through again, whoever is faster the second time.
"""

import random
import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from arportal.sandbox.control.faults import BadRule, Rule, read


@dataclass
class Storm:
    """Of the requests with this method and path, the share `probability` is struck by one of the rules."""

    seed: int
    probability: float
    method: str
    path: str
    rules: list[Rule]
    weights: list[float]
    met: Counter[str] = field(default_factory=Counter)


_storms: list[Storm] = []
_lock = threading.Lock()


def begin(given: object) -> None:
    """[{"seed", "probability", "method", "path", "faults": [{"kind", "weight"?, "commit"?, "seconds"?}]}]"""
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise BadRule("Send a list of objects.")
    storms = [_read(each) for each in given]
    with _lock:
        _storms[:] = storms


def clear() -> None:
    with _lock:
        _storms.clear()


def pick(method: str, path: str, subject: str) -> Rule | None:
    with _lock:
        storm = next((each for each in _storms if each.method == method and re.search(each.path, path)), None)
        if storm is None:
            return None
        storm.met[subject] += 1
        seed = f"{storm.seed}/{method}/{subject}/{storm.met[subject]}"
        dice = random.Random(seed)  # noqa: S311 - decides what goes wrong, guards no secret
        if dice.random() >= storm.probability:
            return None
        return dice.choices(storm.rules, storm.weights)[0]


def _read(given: dict[str, Any]) -> Storm:
    try:
        weights = [float(each.pop("weight", 1)) for each in given["faults"]]
        rules = [read(each) for each in given["faults"]]
        return Storm(given["seed"], given["probability"], given["method"], given["path"], rules, weights)
    except (KeyError, TypeError, AttributeError) as error:
        raise BadRule(f"A storm needs seed, probability, method, path and faults: {error!r}.") from error
