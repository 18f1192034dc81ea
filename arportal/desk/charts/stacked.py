"""One bar in parts: of a sum, what is in each of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from arportal.b2b import Money

WIDTH = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """`tone` is the number of its colour in charts.css; `url`, if there is one, leads to what it is made of."""

    label: str
    money: Money
    tone: int
    url: str = ""
    share: Decimal = Decimal(0)
    x: str = "0"
    width: str = "0"


@dataclass(frozen=True, slots=True)
class StackedBar:
    title: str
    parts: Sequence[Part]

    @classmethod
    def of(cls, title: str, parts: Sequence[Part]) -> "StackedBar":
        """The parts, none of them below zero, with their places and their shares in percent."""
        total = sum((part.money.amount for part in parts), Decimal(0))
        placed, x = [], Decimal(0)
        for part in parts:
            share = part.money.amount / total if total else Decimal(0)
            place, width = f"{x * WIDTH:.2f}", f"{share * WIDTH:.2f}"
            placed.append(replace(part, share=round(share * 100, 1), x=place, width=width))
            x += share
        return cls(title, placed)
