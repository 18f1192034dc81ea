"""A chart of bars over time: one bar, or a few side by side, for each month or week."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from arportal.b2b import Money
from arportal.desk.format.formats import formatter

HEIGHT = 100
# Of the room of one label, what its bars take together.
FILLED = 0.7


@dataclass(frozen=True, slots=True)
class Group:
    """The bars over one label. `words` say in full what the label stands for, for the table and what is read out."""

    label: str
    words: str
    amounts: tuple[Money, ...]
    # As the reader writes them; the chart and its table need them both.
    figures: tuple[str, ...]

    @classmethod
    def of(cls, label: str, words: str, *amounts: Money) -> "Group":
        write = formatter()
        return cls(label, words, amounts, tuple(write.figure(amount) for amount in amounts))


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of the drawing, in its own units as text: templates would write them in the reader's language."""

    x: str
    y: str
    width: str
    height: str
    series: int
    words: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """`series` are the names of the amounts of every group, in their order; they must be of one currency."""

    title: str
    series: Sequence[str]
    groups: Sequence[Group]

    @property
    def is_empty(self) -> bool:
        return not any(amount for group in self.groups for amount in group.amounts)

    @property
    def view_box(self) -> str:
        return f"0 0 {len(self.groups)} {HEIGHT}"

    @property
    def bars(self) -> Iterator[Bar]:
        high, low = self._high, self._low
        width = FILLED / len(self.series)
        for place, group in enumerate(self.groups):
            for number, (money, figure) in enumerate(zip(group.amounts, group.figures, strict=True)):
                top = max(money.amount, Decimal(0))
                yield Bar(
                    x=f"{place + (1 - FILLED) / 2 + number * width:.3f}",
                    y=f"{(high - top) / (high - low) * HEIGHT:.2f}",
                    width=f"{width:.3f}",
                    height=f"{abs(money.amount) / (high - low) * HEIGHT:.2f}",
                    series=number + 1,
                    words=f"{group.words}: {figure} {money.currency}",
                )

    @property
    def lines(self) -> list[str]:
        """The heights of the lines across the chart, beside which `axis` stands."""
        return ["0", f"{HEIGHT / 2:.0f}", f"{HEIGHT}"]

    @property
    def axis(self) -> list[str]:
        """The numbers at the top, the middle and the foot."""
        write = formatter()
        return [write.number(number) for number in (self._high, (self._high + self._low) / 2, self._low)]

    @property
    def _high(self) -> Decimal:
        return round_up(
            max((money.amount for group in self.groups for money in group.amounts), default=Decimal(0))
        )

    @property
    def _low(self) -> Decimal:
        """Below zero where more went back than came in."""
        least = min((money.amount for group in self.groups for money in group.amounts), default=Decimal(0))
        return -round_up(-least) if least < 0 else Decimal(0)


def round_up(amount: Decimal) -> Decimal:
    """The next number that reads well at the top of an axis: 1, 2, 4, 6, 8 or 10 and zeros; 1 for nothing."""
    if amount <= 0:
        return Decimal(1)
    step = Decimal(1).scaleb(math.floor(amount.log10()))
    return next(step * number for number in (1, 2, 4, 6, 8, 10) if step * number >= amount)
