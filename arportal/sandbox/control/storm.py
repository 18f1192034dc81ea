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

from arportal.sandbox.control.faults import BadRule, Rule, read


@dataclass
class Storm:
    """One rule chosen by weight strikes the share `probability` of the requests with this method and path."""

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
    if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
        raise BadRule("Send a list of objects.")
    storms = []
    try:
        for entry in given:
            # The weight is the storm's; a rule does not know it.
            weights = [float(fault.pop("weight", 1)) for fault in entry["faults"]]
            rules = [read(fault) for fault in entry["faults"]]
            chosen = (entry["seed"], entry["probability"], entry["method"], entry["path"])
            storms.append(Storm(*chosen, rules, weights))
    except (KeyError, TypeError, AttributeError) as error:
        raise BadRule(f"A storm needs seed, probability, method, path and faults: {error!r}.") from error
    with _lock:
        _storms[:] = storms


def clear() -> None:
    with _lock:
        _storms.clear()


def pick(method: str, path: str, subject: str) -> Rule | None:
    with _lock:
        storm = next((one for one in _storms if one.method == method and re.search(one.path, path)), None)
        if storm is None:
            return None
        storm.met[subject] += 1
        seed = f"{storm.seed}/{method}/{subject}/{storm.met[subject]}"
        dice = random.Random(seed)  # noqa: S311 - decides what goes wrong, guards no secret
        if dice.random() >= storm.probability:
            return None
        return dice.choices(storm.rules, storm.weights)[0]
