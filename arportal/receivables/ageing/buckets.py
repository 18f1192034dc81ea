"""The buckets of an ageing report: ranges of days late."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MOST_BUCKETS = 12
LATEST_EDGE = 3650


@dataclass(frozen=True, slots=True)
class Bucket:
    """Days late from `first` to `last`, both included; None is open. The bucket of what is not late is `current`."""

    first: int | None
    last: int | None

    @property
    def is_current(self) -> bool:
        return self.first is None

    @property
    def label(self) -> str | Promise:
        if self.first is None:
            return _("Current")
        return f"{self.first}+" if self.last is None else f"{self.first}–{self.last}"  # noqa: RUF001 - a range

    @property
    def key(self) -> str:
        """The bucket in an address: "current", "1-30", "91-"."""
        return "current" if self.first is None else f"{self.first}-{self.last or ''}"


@dataclass(frozen=True, slots=True)
class Buckets:
    """Current, and one bucket up to each of the `edges` (days late, rising), and one beyond the last."""

    edges: tuple[int, ...] = (30, 60, 90)

    def __post_init__(self) -> None:
        rising = [0, *self.edges]
        if len(self.edges) > MOST_BUCKETS or any(
            low >= high for low, high in zip(rising, self.edges, strict=False)
        ):
            raise ValueError("The last days of the buckets must rise.")

    @property
    def firsts(self) -> list[int]:
        """The first day late of each bucket but the current one: what the database cuts by."""
        return [edge + 1 for edge in (0, *self.edges)]

    def __iter__(self) -> Iterator[Bucket]:
        yield Bucket(None, 0)
        for first, last in zip(self.firsts, [*self.edges, None], strict=True):
            yield Bucket(first, last)

    def of(self, key: str) -> Bucket:
        """The bucket of that key. Raises KeyError."""
        return {bucket.key: bucket for bucket in self}[key]

    def __len__(self) -> int:
        return len(self.edges) + 2

    @classmethod
    def parse(cls, text: str) -> "Buckets":
        """Edges as a person types them, "30, 60, 90". Raises ValueError for anything but rising whole days."""
        return cls(tuple(int(part) for part in text.replace(",", " ").split()))

    def __str__(self) -> str:
        return ", ".join(map(str, self.edges))


STANDARD = Buckets()
