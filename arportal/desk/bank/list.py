"""The list of bank lines, with the best suggestion for each that is open."""

from collections.abc import Sequence
from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.bank.door import bank_page
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.lists import cells
from arportal.desk.lists.filters import CurrencyFilter, DateFilter, Group, ListFilter
from arportal.desk.lists.list_page import answer, list_page
from arportal.desk.lists.lists import List
from arportal.desk.lists.tables import Column, Viewer, date_column, money_column, text_column
from arportal.desk.site.pages import DeskRequest
from arportal.receivables.bank.rules import rules_of
from arportal.receivables.matching.suggestion import Suggestion, Suggestions
from arportal.receivables.matching.suggestions import suggest
from arportal.receivables.models import BankLine, BankLineQuerySet, BankUse
from arportal.stores.access import Permission, may
from arportal.stores.models import Membership

OPEN, DONE, OUT = "open", "done", "out"
# Invoices of a suggestion that have room in the list.
NUMBERS = 3


class LineFilter(ListFilter):
    q = django_filters.CharFilter(
        method="matching",
        label=_lazy("Search"),
        widget=Input("search", placeholder=_lazy("Payer, text, reference")),
    )
    state = django_filters.ChoiceFilter(
        method="in_state",
        label=_lazy("State"),
        choices=[(OPEN, _lazy("Open")), (DONE, _lazy("Dealt with")), (OUT, _lazy("Money out"))],
        empty_label=_lazy("All"),
        widget=Select,
    )
    booked_from = DateFilter("booked_on", "gte", label=_lazy("From"))
    booked_to = DateFilter("booked_on", "lte", label=_lazy("Until"))
    currency = CurrencyFilter()
    panel: ClassVar = (Group(_lazy("Booked"), ("booked_from", "booked_to")),)

    class Meta:
        model = BankLine
        fields: tuple[str, ...] = ()

    def matching(self, rows: QuerySet[BankLine], name: str, words: str) -> QuerySet[BankLine]:
        return rows.filter(
            Q(payer_name__folded_contains=words)
            | Q(text__folded_contains=words)
            | Q(reference__folded_contains=words)
        )

    def in_state(self, rows: BankLineQuerySet, name: str, state: str) -> BankLineQuerySet:
        if state == OUT:
            return rows.filter(amount__lt=0)
        return rows.open() if state == OPEN else rows.done()


def with_meaning(rows: Sequence[Any], viewer: Viewer) -> None:
    """Adds to each row what is left of it, what became of it, and what it may be."""
    known = BankLine.objects.visible_to(viewer.actor).with_left().in_bulk([row.pk for row in rows])
    uses: dict[int, list[BankUse]] = {}
    for use in BankUse.objects.standing().filter(line__in=known).order_by("at"):
        uses.setdefault(use.line_id, []).append(use)
    opens = [line for line in known.values() if line.amount > 0 and line.left > 0]
    suggestions = suggest(viewer.actor, opens) if opens else {}
    for row in rows:
        row.left = known[row.pk].left
        row.standing_uses = uses.get(row.pk, [])
        row.suggestions = suggestions.get(row.pk)


def line_cell(row: Any, viewer: Viewer) -> SafeString:
    name = row.payer_name or _("Unknown payer")
    below = (row.text or row.reference, meaning(row, viewer))
    return cells.two_lines(viewer.link("bank_line", row.pk), name, *below, wraps=True)


def meaning(row: Any, viewer: Viewer) -> str:
    """What became of the line, or what it may be, in words."""
    if row.amount < 0:
        return _("Money out")
    if row.left <= 0:
        return ", ".join(dict.fromkeys(str(use.get_kind_display()) for use in row.standing_uses))
    found: Suggestions | None = row.suggestions
    if found is None or not found.items:
        return _("No suggestion")
    best = found.items[0]
    return f"{best.tier.label}: {numbers_of(best)}, {best.company_name}"


def numbers_of(suggestion: Suggestion) -> str:
    """The first of its invoices, by number."""
    more = " …" if len(suggestion.numbers) > NUMBERS else ""
    return ", ".join(suggestion.numbers[:NUMBERS]) + more


def meaning_cell(row: Any, viewer: Viewer) -> SafeString:
    found: Suggestions | None = row.suggestions
    if found is None or not found.items:
        return cells.muted(meaning(row, viewer))
    best = found.items[0]
    first = cells.markup("{} {}", cells.tier_pill(best.tier), numbers_of(best))
    return cells.with_under(first, best.company_name)


LINES = List(
    columns=(
        Column(
            "payer",
            _lazy("Payer"),
            lambda row, viewer: row.payer_name,
            line_cell,
            css="text",
            sort="payer_name",
        ),
        date_column("booked", _lazy("Booked"), "booked_on"),
        text_column("text", _lazy("Text"), "text", css="text p3", sort=""),
        Column("meaning", _lazy("What it is"), meaning, meaning_cell, css="text p2"),
        money_column("amount", _lazy("Amount"), lambda row: row.money, sort="amount"),
        money_column(
            "left", _lazy("Open"), lambda row: row.left_money if row.amount > 0 else None, css="num p3"
        ),
    ),
    filter=LineFilter,
    rows=lambda actor: BankLine.objects.visible_to(actor),
    sort="-booked",
    caption=_lazy("Bank lines"),
    empty=_lazy("No bank file has been uploaded yet"),
    reads=("currency", "amount", "payer_name", "text", "reference", "booked_on"),
    prepare=with_meaning,
    name="bank",
    id_field="id",
)


def open_lines(actor: Membership) -> int:
    """So many lines are open, for who may see them."""
    return BankLine.objects.visible_to(actor).open().count()


@bank_page()
def bank(request: DeskRequest) -> HttpResponse:
    context = {
        "open": open_lines(request.actor),
        "applies_ready": rules_of(request.store).applies_ready,
        "may_configure": may(request.actor, Permission.CONFIGURE),
    }
    return answer(request, "bank/list.html", list_page(LINES, request), **context)
