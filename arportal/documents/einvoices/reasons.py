"""Reasons for which an invoice cannot be made an e-invoice: all at once, in words, and where to mend each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from arportal.b2b import Money

Place = Literal["store", "company", "invoice"]


@dataclass(frozen=True, slots=True)
class Reason:
    """`field` names what is missing or wrong, `words` say it to a clerk in the language that is active.

    `rule` is the rule of EN 16931, or of the profile, that would be broken; empty where it is ours. `of` says whose
    data mends it; `by`: how far the figures are apart, where they do not add up.
    """

    field: str
    words: str
    rule: str = ""
    of: Place = "invoice"
    by: Money | None = None


class Incomplete(Exception):
    """No e-invoice can be made of this; `reasons` has all that is in the way."""

    def __init__(self, reasons: Iterable[Reason]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(" ".join(reason.words for reason in self.reasons))
