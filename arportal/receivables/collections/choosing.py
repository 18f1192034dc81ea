"""The choice of what to remind a company of: a function of what is known of it in one currency, and of nothing else.

An invoice goes from level to level. A level is due when the invoice is as late as the level says, and the level
before was sent at least as many days ago as lie between the two: an invoice that was in dispute for a month goes on
where it was.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from arportal.b2b import Money


class Reason(models.TextChoices):
    """A reason why an overdue invoice is in no mail."""

    DISPUTED = "disputed", _("In dispute")
    PROMISED = "promised", _("Promised, its day is not over")
    COMING = "coming", _("A payment is on its way")
    COVERED = "covered", _("Covered by credits or money on account")
    NOT_YET = "not-yet", _("The next level is not due yet")
    LAST = "last", _("All levels were sent")
    MINIMUM = "minimum", _("Less than the minimum of its level")
    NO_ADDRESS = "no-address", _("No e-mail address that takes mails")


@dataclass(frozen=True, slots=True)
class Level:
    """`minimum`: less than this, all together, is not worth a mail."""

    days: int
    minimum: Decimal
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Overdue:
    """An open invoice past its due day; `coming` of its balance is on its way to the store."""

    invoice_id: int
    number: str
    due_on: dt.date
    balance: Decimal
    original: Decimal
    coming: Decimal = Decimal(0)

    def days_late(self, today: dt.date) -> int:
        return (today - self.due_on).days


@dataclass(frozen=True, slots=True)
class Facts:
    """A company in a currency. `available`: its credits and money on account, above zero. `reminded`: invoice → the
    number of the last level (from 1) and the day on which it was sent."""

    company_id: int
    currency: str
    overdue: Sequence[Overdue]
    available: Decimal = Decimal(0)
    disputed: frozenset[int] = frozenset()
    promised: frozenset[int] = frozenset()
    all_promised: bool = False
    reminded: Mapping[int, tuple[int, dt.date]] = field(default_factory=dict)

    def agreed_on(self, invoice_id: int) -> Reason | None:
        """The reason why nobody is reminded of the invoice now, whatever its level."""
        if invoice_id in self.disputed:
            return Reason.DISPUTED
        if self.all_promised or invoice_id in self.promised:
            return Reason.PROMISED
        return None


@dataclass(frozen=True, slots=True)
class Line:
    """An invoice of a mail: `left` is still open of it, and `covered` of that by credits or money on account."""

    invoice: Overdue
    level: int
    left: Decimal
    covered: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Choice:
    """The lines of one mail, the oldest first, and the invoices that are in none."""

    company_id: int
    currency: str
    lines: tuple[Line, ...]
    held: tuple[tuple[Overdue, Reason], ...]

    @property
    def level(self) -> int:
        """The highest of a line, whose text the mail has."""
        return max((line.level for line in self.lines), default=0)

    @property
    def covered(self) -> Money:
        return Money(sum((line.covered for line in self.lines), Decimal(0)), self.currency)

    @property
    def total(self) -> Money:
        """The amount to be paid."""
        return Money(sum((line.left - line.covered for line in self.lines), Decimal(0)), self.currency)

    @property
    def invoice_ids(self) -> tuple[int, ...]:
        return tuple(line.invoice.invoice_id for line in self.lines)

    @property
    def why_held(self) -> str:
        """Each reason once, in words; "" where all invoices are in the mail."""
        return "; ".join(dict.fromkeys(str(reason.label) for _invoice, reason in self.held))

    def only(self, invoice_ids: Collection[int]) -> "Choice":
        """The choice of these invoices alone."""
        lines = tuple(line for line in self.lines if line.invoice.invoice_id in invoice_ids)
        held = tuple((invoice, reason) for invoice, reason in self.held if invoice.invoice_id in invoice_ids)
        return Choice(self.company_id, self.currency, lines, held)

    def without_lines(self, reason: Reason) -> "Choice":
        """Nothing is sent, for this reason."""
        held = tuple((line.invoice, reason) for line in self.lines)
        return Choice(self.company_id, self.currency, (), (*held, *self.held))


def choose(facts: Facts, levels: Sequence[Level], today: dt.date) -> Choice:
    available = facts.available
    lines: list[Line] = []
    held: list[tuple[Overdue, Reason]] = []
    for invoice in sorted(facts.overdue, key=lambda one: (one.due_on, one.invoice_id)):
        if reason := facts.agreed_on(invoice.invoice_id):
            held.append((invoice, reason))
            continue
        # Credits and money on account go to the oldest first, as a company would say.
        left = invoice.balance - invoice.coming
        covered = min(max(left, Decimal(0)), available)
        available -= covered
        number, reason = _level(facts, invoice, levels, today)
        if left <= covered:
            reason = Reason.COVERED if covered else Reason.COMING
        if reason is not None:
            held.append((invoice, reason))
        else:
            lines.append(Line(invoice, number, left, covered))
    choice = Choice(facts.company_id, facts.currency, tuple(lines), tuple(held))
    if lines and choice.total.amount < levels[choice.level - 1].minimum:
        return choice.without_lines(Reason.MINIMUM)
    return choice


def _level(
    facts: Facts, invoice: Overdue, levels: Sequence[Level], today: dt.date
) -> tuple[int, Reason | None]:
    """The number of the next level, and why it is not due."""
    last, sent_on = facts.reminded.get(invoice.invoice_id, (0, today))
    if last >= len(levels):
        return last, Reason.LAST
    level = levels[last]
    pause = level.days - levels[last - 1].days if last else 0
    is_due = invoice.days_late(today) >= level.days and (today - sent_on).days >= pause
    return last + 1, None if is_due else Reason.NOT_YET
