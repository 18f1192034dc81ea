"""The preview of an invoice before it is made."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from arportal.b2b import Money
from arportal.desk.forms.hidden import hidden_fields
from arportal.desk.site.pages import DeskRequest
from arportal.receivables.invoices.invoice_drafts import DraftCost, DraftLine, InvoiceDraft


@dataclass(frozen=True)
class Preview:
    """`hidden_fields` are the fields of the form, to be sent again."""

    draft: InvoiceDraft
    hidden_fields: list[tuple[str, str]]

    @property
    def lines(self) -> Iterator[tuple[DraftLine, Money, Money]]:
        """Line, its unit price after discount, its total."""
        for line in self.draft.lines:
            yield (
                line,
                self._money(line.unit_price - line.unit_discount),
                self._money(line.total(self.currency)),
            )

    @property
    def costs(self) -> Iterator[tuple[DraftCost, Money]]:
        return ((cost, self._money(cost.amount)) for cost in self.draft.costs)

    @property
    def currency(self) -> str:
        return self.draft.currency

    @property
    def subtotal(self) -> Money:
        return self._money(self.draft.subtotal)

    @property
    def total(self) -> Money:
        return self._money(self.draft.total)

    @property
    def paid(self) -> Money:
        return self._money(self.draft.paid)

    @property
    def open(self) -> Money:
        return self._money(self.draft.open_balance)

    def _money(self, amount: Decimal) -> Money:
        return Money(amount, self.currency)


def preview_of(draft: InvoiceDraft, request: DeskRequest) -> Preview:
    return Preview(draft, hidden_fields(request.POST, "add"))
