"""Finding what a bank line may be: by what its text names, by its payer, by its amount."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.mirror import figures
from arportal.mirror.models import Invoice
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.bank.tokens import is_strong, is_written_out
from arportal.receivables.matching.books import references_of
from arportal.receivables.matching.proposals import Proposals, numbers_of
from arportal.receivables.matching.suggestion import MOST, Suggestion, Tier


class Finder(Proposals):
    """Finds what one line may be."""

    def find(self) -> list[Suggestion]:
        """The better first, where two are the same."""
        if self.line.is_reversal:
            self.notes.append(_("The bank marks it as a reversal: it may undo a payment out."))
        made: list[Suggestion] = []
        companies = {self.books.invoices[invoice_id].company_id for invoice_id in self.named}
        for company_id in sorted(companies):
            made += self._by_reference(company_id)
        for company_id in sorted(self.by_account | self.by_name):
            made += self._by_payer(company_id)
        return made + self._by_amount()

    def _by_reference(self, company_id: int) -> list[Suggestion]:
        # Their order is told: that of a set would be another one in each process.
        named = [self.books.invoices[each] for each in sorted(self.named)]
        of_company = [invoice for invoice in named if invoice.company_id == company_id]
        usable = [invoice for invoice in of_company if self._left(invoice) > 0]
        usable.sort(key=lambda invoice: (str(invoice.issued_on), invoice.api_id))
        reasons = [_("Names %(numbers)s") % {"numbers": numbers_of(of_company)}]
        doubts = self._doubts_of_names(company_id, named, of_company)
        if not usable:
            self.notes += [". ".join([*reasons, *doubts])]
            return []
        total = sum((self._left(invoice) for invoice in usable), Decimal(0))
        if total < self.amount:
            return self._with_others(company_id, usable, total, reasons, doubts)
        exact = [*reasons, _("Exact amount")]
        if total == self.amount:
            return [self._all_of(usable, exact, doubts)]
        short = self._short_of(usable, total, reasons, doubts)
        chosen, unsure = self._match(usable, self.amount)
        more = [*doubts, _("It names more than it pays"), *unsure]
        return [self._all_of(chosen, exact, more), short] if chosen else [short]

    def _doubts_of_names(
        self, company_id: int, named: Sequence[Invoice], of_company: Sequence[Invoice]
    ) -> list[str]:
        doubts = []
        if len(named) > len(of_company):
            doubts.append(_("It names invoices of other companies, too"))
        paid = [invoice for invoice in of_company if not self._left(invoice) > 0]
        foreign = [invoice for invoice in paid if invoice.currency != self.line.currency]
        if foreign:
            doubts.append(_("%(numbers)s: in another currency") % {"numbers": numbers_of(foreign)})
        if len(paid) > len(foreign):
            closed = [invoice for invoice in paid if invoice not in foreign]
            doubts.append(_("%(numbers)s: nothing is open") % {"numbers": numbers_of(closed)})
        is_known = company_id in self.by_account | self.by_name
        weak = [each for each in of_company if not self._is_named_plainly(each)]
        if weak and not is_known:
            doubts.append(_("So short a number may mean something else"))
        if self.by_account and company_id not in self.by_account:
            doubts.append(
                _("This account has paid for %(names)s so far") % {"names": self._names(self.by_account)}
            )
        elif self.by_name and company_id not in self.by_name and not self.by_account:
            doubts.append(_("The payer has the name of %(names)s") % {"names": self._names(self.by_name)})
        if self.line.is_reversal:
            doubts.append(_("A reversal"))
        return doubts

    def _is_named_plainly(self, invoice: Invoice) -> bool:
        texts = (self.line.text, self.line.reference)
        is_long = any(map(is_strong, self.named[invoice.api_id]))
        return is_long or any(is_written_out(each, *texts) for each in references_of(invoice))

    def _with_others(
        self, company_id: int, usable: list[Invoice], total: Decimal, reasons: list[str], doubts: list[str]
    ) -> list[Suggestion]:
        """More came than what it names is worth: together with others of the company, or with a rest."""
        others = [each for each in self._open(company_id) if each not in usable]
        chosen, unsure = self._match(others, self.amount - total)
        made = []
        if chosen:
            words = [*reasons, _("Exact amount together with invoices that it does not name")]
            made.append(self._all_of([*usable, *chosen], words, [*doubts, *unsure], Tier.LIKELY))
        rest = figures.amount(Money(self.amount - total, self.line.currency))
        more_than = _("%(rest)s more than is open on them") % {"rest": rest}
        made.append(self._all_of(usable, reasons, [*doubts, more_than], Tier.LIKELY))
        return made

    def _by_payer(self, company_id: int) -> list[Suggestion]:
        opens = self._open(company_id)
        if company_id in self.by_account:
            reasons = [_("This account has paid for them before")]
        else:
            reasons = [_("The payer has their name")]
        doubts = []
        if len(self.by_account or self.by_name) > 1:
            doubts.append(_("The same holds for other companies"))
        exact = [invoice for invoice in opens if self._left(invoice) == self.amount]
        if exact:
            return [self._exact(invoice, exact, opens, reasons, doubts) for invoice in exact[:MOST]]
        chosen, unsure = self._match(opens, self.amount)
        if chosen:
            words = [*reasons, _("These add up to it exactly")]
            return [self._all_of(chosen, words, [*doubts, *unsure], Tier.LIKELY)]
        near = [each for each in opens if 0 < self._left(each) - self.amount <= self.tolerance]
        if near or not opens:
            return [self._short_of([each], self._left(each), reasons, doubts) for each in near]
        # Somebody known who pays what fits nothing: as a clerk would.
        words = [*doubts, _("No invoices add up to it: oldest first")]
        return [self._suggestion(Tier.POSSIBLE, company_id, self._oldest_first(opens), reasons, words)]

    def _exact(
        self,
        invoice: Invoice,
        exact: Sequence[Invoice],
        opens: Sequence[Invoice],
        reasons: list[str],
        doubts: list[str],
    ) -> Suggestion:
        doubts = [*doubts]
        if len(exact) > 1:
            doubts.append(_("%(count)d invoices have this amount") % {"count": len(exact)})
        elif self._match(opens, self.amount) != ([invoice], []):
            doubts.append(_("Other sets of invoices add up to it, too"))
        if self.by_account != {invoice.company_id}:
            doubts.append(_("Its payer is known by name alone"))
        # What looks like a reference and is none of ours may be another invoice's, or somebody else's.
        if any(sum(sign.isdigit() for sign in token) >= 4 for token in self.line.tokens):
            doubts.append(_("It names something we do not know"))
        if self.line.is_reversal:
            doubts.append(_("A reversal"))
        return self._all_of([invoice], [*reasons, _("Exact amount")], doubts)

    def _by_amount(self) -> list[Suggestion]:
        same = self.books.of_amount.get((self.line.currency, self.amount), [])
        doubts = [_("%(count)d invoices have this amount") % {"count": len(same)}] if len(same) > 1 else []
        made = []
        for invoice in same[:MOST]:
            chosen = [Allocation(invoice.api_id, self.amount)]
            reasons = [_("Exact amount")]
            made.append(
                self._suggestion(
                    Tier.POSSIBLE,
                    invoice.company_id,
                    chosen,
                    reasons,
                    [_("Nothing but the amount fits"), *doubts],
                )
            )
        return made
