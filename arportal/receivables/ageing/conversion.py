"""All currencies in the store's own, by rates that people have typed in: never without saying by which."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from arportal.b2b import Money
from arportal.receivables.ageing.ageing import Aged, AsOf
from arportal.receivables.ageing.rates import rates_as_of
from arportal.receivables.models import ExchangeRate
from arportal.stores.models import Membership


@dataclass(frozen=True, slots=True)
class Converted:
    """The amounts owed in `currency`. `aged` is the same in the store's own currency, which needs no `rate`;
    None for want of one."""

    currency: str
    rate: ExchangeRate | None
    aged: Aged | None


@dataclass(frozen=True, slots=True)
class Conversion:
    """All that is owed, in the currency `into`, a row for each currency it is owed in."""

    into: str
    rows: list[Converted]

    @property
    def missing(self) -> list[str]:
        """The currencies without a rate."""
        return [row.currency for row in self.rows if row.aged is None]

    @property
    def total(self) -> Aged | None:
        """The rows added up as they are shown; None while one is missing: a part is no total."""
        rows = [row.aged for row in self.rows if row.aged is not None]
        return reduce(Aged.plus, rows) if rows and not self.missing else None


def convert(actor: Membership, as_of: AsOf, totals: Iterable[Aged]) -> Conversion:
    """The totals of a report in the store's own currency. Each figure is rounded, and sums are of rounded figures."""
    into, rates = actor.store.currency, rates_as_of(actor, as_of)
    rows = []
    for total in totals:
        rate, converted = rates.get(total.currency), None
        if total.currency == into:
            rate, converted = None, total
        elif rate is not None:
            exact = (amount * rate.rate for amount in (*total.amounts, total.credit_amount))
            *amounts, credit = (Money(amount, into).quantized().amount for amount in exact)
            converted = Aged(into, tuple(amounts), credit)
        rows.append(Converted(total.currency, rate, converted))
    return Conversion(into, rows)
