"""The parts that suggestions for a bank line are made of."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from arportal.b2b import Money, minor_digits
from arportal.mirror import figures
from arportal.mirror.models import Invoice
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.allocation.proposals import matching
from arportal.receivables.bank.tokens import LONGEST_TEXT, MOST_TOKENS
from arportal.receivables.matching.books import Books
from arportal.receivables.matching.suggestion import Suggestion, Tier
from arportal.receivables.models import BankLine

# Sets of a company's invoices that are tried for one line.
STEPS = 20_000
# Names on a page; what is more is counted.
NAMES = 4


class Proposals:
    """Makes suggestions for one line: out of whole invoices, out of parts of them, out of sets that add up."""

    def __init__(self, line: BankLine, books: Books, tolerance: Decimal) -> None:
        self.line, self.books, self.tolerance = line, books, tolerance
        self.amount: Decimal = line.left
        self.notes: list[str] = []
        self.is_whole = (
            books.is_complete and len(line.tokens) < MOST_TOKENS and len(line.text) <= LONGEST_TEXT
        )
        if not self.is_whole:
            self.notes.append(_("There is too much that looks like it to go through it all."))
        tokens = set(line.tokens)
        self.named = {
            invoice_id: {key for key in tokens if invoice_id in books.by_key.get(key, ())}
            for key in tokens
            for invoice_id in books.by_key.get(key, ())
        }
        self.by_account = books.companies_by_account(line)
        self.by_name = books.companies_by_name(line)

    def _all_of(
        self, invoices: Sequence[Invoice], reasons: list[str], doubts: list[str], tier: Tier = Tier.READY
    ) -> Suggestion:
        chosen = [Allocation(invoice.api_id, self._left(invoice)) for invoice in invoices]
        tier = Tier.LIKELY if doubts or not self.is_whole else tier
        return self._suggestion(tier, invoices[0].company_id, chosen, reasons, doubts)

    def _short_of(
        self, invoices: list[Invoice], total: Decimal, reasons: list[str], doubts: list[str]
    ) -> Suggestion:
        """Less came than is open."""
        missing = total - self.amount
        words = _("%(missing)s less than is open") % {
            "missing": figures.amount(Money(missing, self.line.currency))
        }
        within = [_("Within the tolerance")] if missing <= self.tolerance else []
        return self._suggestion(
            Tier.LIKELY,
            invoices[0].company_id,
            self._oldest_first(invoices),
            [*reasons, *within],
            [*doubts, words],
        )

    def _oldest_first(self, invoices: Sequence[Invoice]) -> list[Allocation]:
        """The whole amount over the invoices, which stand in order of age: the last one may be paid in part."""
        rest, chosen = self.amount, []
        for invoice in invoices:
            if rest > 0:
                chosen.append(Allocation(invoice.api_id, min(rest, self._left(invoice))))
                rest -= chosen[-1].amount
        return chosen

    def _suggestion(
        self,
        tier: Tier,
        company_id: int,
        chosen: Sequence[Allocation],
        reasons: list[str],
        doubts: list[str],
    ) -> Suggestion:
        invoices = [self.books.invoices[each.invoice_id] for each in chosen]
        allocated = sum((each.amount for each in chosen), Decimal(0))
        return Suggestion(
            tier=tier,
            company_id=company_id,
            company_name=self.books.names.get(company_id, ""),
            allocations=tuple(chosen),
            numbers=tuple(invoice.number for invoice in invoices),
            reasons=tuple(reasons),
            doubts=tuple(doubts),
            short=sum((self._left(invoice) for invoice in invoices), Decimal(0)) - allocated,
            over=self.amount - allocated,
        )

    def _match(self, invoices: Sequence[Invoice], target: Decimal) -> tuple[list[Invoice], list[str]]:
        """The set that is exactly the target, [] without one; and the doubt whether it is the only one, if any."""
        step = Decimal(1).scaleb(-minor_digits(self.line.currency))
        values = [int(self._left(invoice) / step) for invoice in invoices]
        match = matching(values, int(target / step), STEPS)
        gave_up = _("There are too many open invoices to try every set of them.")
        if not match.is_complete and gave_up not in self.notes:
            self.notes.append(gave_up)
        chosen = [invoices[position] for position in match.positions or ()]
        # A value with more decimals than the currency has would have been rounded.
        if sum((self._left(invoice) for invoice in chosen), Decimal(0)) != target:
            return [], []
        return chosen, [] if match.is_only and match.is_complete else [_("Several sets add up to it")]

    def _left(self, invoice: Invoice) -> Decimal:
        """The amount that the line could pay on the invoice."""
        if invoice.currency != self.line.currency:
            return Decimal(0)
        return max(self.books.left.get(invoice.api_id, Decimal(0)), Decimal(0))

    def _open(self, company_id: int) -> list[Invoice]:
        return [each for each in self.books.open_of.get(company_id, []) if self._left(each) > 0]

    def _names(self, company_ids: set[int]) -> str:
        names = [self.books.names.get(each) or f"#{each}" for each in sorted(company_ids)]
        return ", ".join(names[:NAMES])


def numbers_of(invoices: Sequence[Invoice]) -> str:
    numbers = [invoice.number for invoice in invoices]
    more = f" +{len(numbers) - NAMES}" if len(numbers) > NAMES else ""
    return ", ".join(numbers[:NAMES]) + more
