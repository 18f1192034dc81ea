"""A suggestion: a payment that a bank line may be, with what speaks for it and what keeps it from being more."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _lazy

from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.models import BankLine

# As many as there are digits to choose by.
MOST = 9


class Tier(models.TextChoices):
    READY = "ready", _lazy("Ready")
    LIKELY = "likely", _lazy("Likely")
    POSSIBLE = "possible", _lazy("Possible")


ORDER = [Tier.READY, Tier.LIKELY, Tier.POSSIBLE]


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A payment that the line may be. `short`: so much stays open on its invoices; `over`: so much of the line finds
    no invoice. `reasons` speak for it, `doubts` keep it from being more than it is."""

    tier: Tier
    company_id: int
    company_name: str
    allocations: tuple[Allocation, ...]
    numbers: tuple[str, ...]
    reasons: tuple[str, ...]
    doubts: tuple[str, ...]
    short: Decimal
    over: Decimal

    @property
    def key(self) -> Any:
        return (self.company_id, tuple(sorted((each.invoice_id, each.amount) for each in self.allocations)))

    @property
    def total(self) -> Decimal:
        return sum((each.amount for each in self.allocations), Decimal(0))


@dataclass(frozen=True)
class Suggestions:
    """The suggestions of one line, the best first; `notes` say what was not looked at."""

    line: BankLine
    items: tuple[Suggestion, ...]
    notes: tuple[str, ...] = ()

    @property
    def ready(self) -> Suggestion | None:
        return self.items[0] if self.items and self.items[0].tier == Tier.READY else None
