"""Cost lines of an invoice by the rules that a store has confirmed; nothing is guessed."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from arportal.b2b import CostLine
from arportal.documents.einvoices.facts import CostRule, Role, Rules, Tax
from arportal.documents.einvoices.reasons import Reason


@dataclass(frozen=True, slots=True)
class CostCharge:
    """A charge, below zero a discount; `tax` is None where the rule leaves it to the invoice."""

    description: str
    amount: Decimal
    tax: Tax | None


@dataclass(slots=True)
class Costs:
    """The cost lines of one invoice by their role. Amounts are positive on credit notes too."""

    subtotals: list[Decimal] = field(default_factory=list)
    charges: list[CostCharge] = field(default_factory=list)
    taxes: list[tuple[Tax, Decimal]] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)

    @property
    def invoice_taxes(self) -> list[Tax]:
        """The different taxes that the invoice asks for.

        A store may write a line for each of its rates, with 0.00 where nothing bears it: those count only if there
        is no other.
        """
        asked = [tax for tax, amount in self.taxes if amount or not tax.rate]
        return list({tax.key: tax for tax in asked or [tax for tax, _amount in self.taxes]}.values())


def costs_of(lines: tuple[CostLine, ...], rules: Rules, *, country: str, currency: str, sign: int) -> Costs:
    """The cost lines of an invoice to a buyer in `country`; `sign` is -1 for a credit note."""
    costs = Costs()
    for line in lines:
        rule = rules.for_cost_line(line.description, country)
        if rule is None:
            words = _("Nobody has said yet what the cost line “%(name)s” means.")
            costs.reasons.append(_reason("rules.cost_lines", words, line, of_store=True))
        elif line.amount is None or line.amount.currency != currency:
            words = _("The amount of the cost line “%(name)s” cannot be read in the invoice's currency.")
            costs.reasons.append(_reason("cost_lines", words, line))
        else:
            _add(costs, rule, line, sign * line.amount.amount)
    return costs


def _add(costs: Costs, rule: CostRule, line: CostLine, amount: Decimal) -> None:
    match rule.role:
        case Role.SUBTOTAL:
            costs.subtotals.append(amount)
        case Role.TAX if rule.tax is not None:
            costs.taxes.append((rule.tax, amount))
        case Role.TAX:
            words = _("Which tax the cost line “%(name)s” is has not been said yet.")
            costs.reasons.append(_reason("rules.cost_lines", words, line, of_store=True))
        case Role.DISCOUNT if amount:
            # Some stores write a discount as 5.00 and others as -5.00; the total will tell who is wrong.
            costs.charges.append(CostCharge(line.description.strip(), -abs(amount), rule.tax))
        case Role.CHARGE if amount:
            costs.charges.append(CostCharge(line.description.strip(), amount, rule.tax))


def _reason(field: str, words: str, line: CostLine, *, of_store: bool = False) -> Reason:
    return Reason(field, words % {"name": line.description}, of="store" if of_store else "invoice")
