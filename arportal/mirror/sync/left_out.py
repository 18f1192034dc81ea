"""The things that a pass could not read: counted by what they are and why, with the names of the first few."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypedDict

from arportal.b2b.errors import B2BError

NAMED = 10
# Names are told apart up to so many a reason, and reasons up to so many: what fails has no say in our memory.
TOLD_APART = 5_000
MOST_REASONS = 50
LONGEST = 300


class Group(TypedDict):
    """`count` of `what` could not be read, and `why`; the first NAMED by name, none where it is a whole list."""

    what: str
    why: str
    count: int
    names: list[str]


@dataclass
class _Reason:
    """`more` are those whose names are not kept."""

    names: dict[str, None] = field(default_factory=dict)
    more: int = 0

    def add(self, name: str) -> None:
        if len(self.names) < TOLD_APART:
            self.names[name] = None
        else:
            self.more += name not in self.names


@dataclass
class LeftOut:
    """Beyond MOST_REASONS different ones, the rest is counted under the last."""

    reasons: dict[tuple[str, str], _Reason] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.reasons)

    def add(self, what: str, error: B2BError, name: str = "") -> None:
        """`name` where it has one; else the record that the error itself names."""
        number, colon, rest = error.message.partition(": ")
        is_record = bool(colon) and number.startswith("record ")
        why = rest if is_record else error.message
        if error.status and error.status >= 400:
            why = f"answered {error.status}: {why}"
        self._reason(what, why).add((name or (number if is_record else ""))[:LONGEST])

    def merge(self, other: "LeftOut") -> None:
        for (what, why), reason in other.reasons.items():
            mine = self._reason(what, why)
            mine.more += reason.more
            for name in reason.names:
                mine.add(name)

    def groups(self) -> list[Group]:
        return [
            Group(
                what=what,
                why=why,
                count=len(reason.names) + reason.more,
                names=[name for name in reason.names if name][:NAMED],
            )
            for (what, why), reason in self.reasons.items()
        ]

    @classmethod
    def of(cls, groups: Iterable[Group]) -> "LeftOut":
        """The same again, of what a pass that was interrupted has kept."""
        left_out = cls()
        for group in groups:
            names = group["names"] or [""]
            more = max(0, group["count"] - len(names))
            left_out.reasons[group["what"], group["why"]] = _Reason(dict.fromkeys(names), more)
        return left_out

    def _reason(self, what: str, why: str) -> _Reason:
        key = what[:LONGEST], why[:LONGEST]
        if key not in self.reasons and len(self.reasons) >= MOST_REASONS:
            key = next(reversed(self.reasons))
        return self.reasons.setdefault(key, _Reason())
