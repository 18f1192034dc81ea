"""Suggestions for bank lines: what each may pay, with the reasons beside it. Nothing here changes anything.

A line is *ready* only by rule: every invoice that its text names is of one company, open and in the line's currency,
together exactly the amount, named by no other open line, and nothing known of the payer speaks against it. Or the
payer's account has paid for one company only, one of its open invoices and no other set of them is the exact amount,
and the text names nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from arportal.receivables.matching.books import Books, keys_of, read_books
from arportal.receivables.matching.finder import Finder
from arportal.receivables.matching.suggestion import MOST, ORDER, Suggestions, Tier
from arportal.receivables.models import BankLine, BankRules
from arportal.stores.models import Membership


def suggest(actor: Membership, lines: Sequence[BankLine]) -> dict[int, Suggestions]:
    """Line id → what it may be, of open lines read `with_left`."""
    books = read_books(actor, lines)
    rules = BankRules.objects.filter(store=actor.store_id).first()
    tolerances = rules.tolerances if rules else {}
    made = {}
    for line in lines:
        finder = Finder(line, books, Decimal(tolerances.get(line.currency, 0)))
        items = {suggestion.key: suggestion for suggestion in reversed(finder.find())}
        best = sorted(items.values(), key=lambda item: (ORDER.index(item.tier), len(item.doubts)))[:MOST]
        made[line.pk] = Suggestions(line, tuple(best), tuple(finder.notes))
    return _without_rivals(actor, made, books)


def _without_rivals(actor: Membership, made: dict[int, Suggestions], books: Books) -> dict[int, Suggestions]:
    """Nothing is ready that another open line may be, too: of twins, one may be a mistake of the payer's."""
    keys = {
        pk: {key for item in each.ready.allocations for key in keys_of(books.invoices[item.invoice_id])}
        for pk, each in made.items()
        if each.ready is not None
    }
    if not keys:
        return made
    accounts = {made[pk].line.payer_account for pk in keys} - {""}
    alike = Q(tokens__overlap=sorted(set[str]().union(*keys.values()))) | Q(payer_account__in=accounts)
    rows: QuerySet[BankLine] = BankLine.objects.visible_to(actor).open().filter(alike)
    others_open = list(rows.only("currency", "amount", "payer_account", "tokens"))
    for pk, of_line in keys.items():
        line = made[pk].line
        rivals = [each for each in others_open if each.pk != pk and each.currency == line.currency]
        same_payer = [each for each in rivals if each.payer_account == line.payer_account != ""]
        is_named_again = any(not of_line.isdisjoint(each.tokens) for each in rivals)
        if is_named_again or any(each.amount == line.amount for each in same_payer):
            first, *others = made[pk].items
            doubts = (*first.doubts, _("Another open line may be the same payment"))
            items = (replace(first, tier=Tier.LIKELY, doubts=doubts), *others)
            made[pk] = replace(made[pk], items=items)
    return made
