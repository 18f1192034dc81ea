"""The entries of the ledger as rows of lists: when, what moved the balance, who or which payment, how much."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet, Sum, Window
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money
from arportal.desk.forms.widgets import Select
from arportal.desk.lists import cells
from arportal.desk.lists.companies import CompanyNameFilter
from arportal.desk.lists.filters import CurrencyFilter, DateFilter, DayFilter, Group, ListFilter
from arportal.desk.lists.tables import (
    Column,
    Total,
    Viewer,
    date_column,
    moment_column,
    money_column,
)
from arportal.desk.site.links import change_link, link
from arportal.mirror.models import Company, Invoice
from arportal.receivables.models import Change, LedgerEntry

Cause = LedgerEntry.Cause
# What was not there when the ledger began, as a choice of causes.
NEWS = "news"
READS = (
    "company_id",
    "invoice_id",
    "currency",
    "amount",
    "effective_on",
    "observed_at",
    "cause",
    "cause_id",
    "change_id",
)


def with_sources(rows: Sequence[Any], viewer: Viewer) -> None:
    """Adds to each entry its invoice and the Change that did it, as far as this person may see them."""
    invoices = Invoice.objects.visible_to(viewer.actor).only("api_id", "number")
    numbers = invoices.by_api_id(row.invoice_id for row in rows)
    ids = {row.change_id for row in rows if row.change_id}
    changes = (
        Change.objects.visible_to(viewer.actor).select_related("actor__user").in_bulk(ids) if ids else {}
    )
    for row in rows:
        row.invoice = numbers.get(row.invoice_id)
        row.change = changes.get(row.change_id)


def with_company_names(rows: Sequence[Any], viewer: Viewer) -> None:
    companies = Company.objects.filter(store_id=viewer.actor.store_id).only("api_id", "name", "gone_at")
    known = companies.by_api_id(row.company_id for row in rows)
    for row in rows:
        row.company_named = known.get(row.company_id)


def with_balance_after(rows: Sequence[Any], viewer: Viewer) -> None:
    """Adds to entries of one company what it owed after each, in the entry's currency."""
    if not rows:
        return
    days = [row.effective_on for row in rows]
    entries = LedgerEntry.objects.visible_to(viewer.actor).filter(company_id=rows[0].company_id)
    earlier = entries.filter(effective_on__lt=min(days)).order_by().values_list("currency")
    before = dict(earlier.annotate(Sum("amount")))
    running = Window(Sum("amount"), partition_by="currency", order_by=["effective_on", "id"])
    since = entries.filter(effective_on__range=(min(days), max(days))).annotate(balance=running)
    balances = dict(since.order_by().values_list("id", "balance"))
    for row in rows:
        row.balance_after = Money(before.get(row.currency, 0) + balances[row.pk], row.currency)


def cause_cell(entry: Any, viewer: Viewer) -> SafeString:
    """`Payment #7`, with who did it where it was done here."""
    words = cells.markup("{}", entry.get_cause_display())
    if entry.cause_id and entry.cause != Cause.PAYMENT_DELETED:
        payment = cells.anchor(link("payment", viewer.slug, entry.cause_id), f"#{entry.cause_id}")
        words = cells.markup("{} {}", words, payment)
    elif entry.cause_id:
        words = cells.markup("{} #{}", words, entry.cause_id)
    if entry.cause in LedgerEntry.NOT_EXPLAINED:
        words = cells.markup(
            "{} {}", words, cells.flag("circle-question-mark", _("No payment and no change explains it"))
        )
    if entry.change is None:
        return words
    url = change_link(viewer.slug, entry.change.pk)
    by = cells.anchor(url, _("by %(person)s") % {"person": entry.change.actor.user})
    return cells.with_under(words, by)


def cause_words(entry: Any, viewer: Viewer) -> str:
    """The same for a file."""
    words = [str(entry.get_cause_display())]
    if entry.cause_id:
        words.append(f"#{entry.cause_id}")
    if entry.change is not None:
        words.append(_("by %(person)s") % {"person": entry.change.actor.user})
    return " ".join(words)


def invoice_cell(entry: Any, viewer: Viewer) -> SafeString | str:
    """The number; the id of an invoice that is gone or not theirs to see."""
    if entry.invoice is None:
        return cells.muted(f"#{entry.invoice_id}")
    return cells.nowrap_anchor(viewer.link("invoice", entry.invoice_id), entry.invoice.number)


def company_cell(entry: Any, viewer: Viewer) -> SafeString | str:
    company = entry.company_named
    if company is None or company.gone_at is not None:
        return cells.muted(company.name if company else f"#{entry.company_id}")
    return cells.titled_anchor(link("company", viewer.slug, entry.company_id), company.name)


DAY: Column[Any] = date_column("day", _lazy("Day"), "effective_on")
SEEN: Column[Any] = moment_column("seen", _lazy("Seen"), "observed_at", css="p4", sort="")
CAUSE: Column[Any] = Column("cause", _lazy("Cause"), cause_words, cause_cell, css="text")
INVOICE: Column[Any] = Column(
    "invoice",
    _lazy("Invoice"),
    lambda entry, viewer: entry.invoice.number if entry.invoice else str(entry.invoice_id),
    invoice_cell,
    css="p2",
)
AMOUNT: Column[Any] = money_column(
    "amount", _lazy("Amount"), lambda entry: entry.money, totals=(Total("amount"),)
)


def moved_cell(entry: Any, viewer: Viewer) -> SafeString:
    """The amount, with the balance below it where its own column has no room."""
    after = cells.money(entry.balance_after, viewer.format)
    return cells.with_under(cells.money(entry.money, viewer.format), after, "under only-narrow")


MOVED: Column[Any] = replace(AMOUNT, cell=moved_cell)
BALANCE: Column[Any] = money_column(
    "balance",
    _lazy("Balance then"),
    lambda entry: entry.balance_after,
    css="num p2",
    prepare=with_balance_after,
)
COMPANY: Column[Any] = Column(
    "company",
    _lazy("Company"),
    lambda entry, viewer: entry.company_named.name if entry.company_named else str(entry.company_id),
    company_cell,
    css="text p2",
    prepare=with_company_names,
)


class EntryFilter(ListFilter):
    cause = django_filters.ChoiceFilter(
        label=_lazy("Cause"), choices=Cause.choices, empty_label=_lazy("Any"), widget=Select
    )
    day_from = DateFilter("effective_on", "gte", label=_lazy("From"))
    day_to = DateFilter("effective_on", "lte", label=_lazy("Until"))
    currency = CurrencyFilter()

    class Meta:
        model = LedgerEntry
        fields: tuple[str, ...] = ()


class UnexplainedFilter(ListFilter):
    cause = django_filters.ChoiceFilter(
        method="of_cause",
        label=_lazy("Cause"),
        choices=[
            (NEWS, _lazy("All but opening differences")),
            *((cause.value, cause.label) for cause in LedgerEntry.NOT_EXPLAINED),
        ],
        empty_label=_lazy("Any"),
        widget=Select,
    )
    company = CompanyNameFilter(method="of_company")
    seen_from = DayFilter("observed_at", label=_lazy("Seen from"))
    seen_to = DayFilter("observed_at", until=True, label=_lazy("Seen until"))
    day_to = DateFilter("effective_on", "lte", label=_lazy("Took effect until"))
    currency = CurrencyFilter()

    panel: ClassVar = (Group(_lazy("Seen"), ("seen_from", "seen_to")), Group(_lazy("Day"), ("day_to",)))

    class Meta:
        model = LedgerEntry
        fields: tuple[str, ...] = ()

    def of_cause(self, rows: QuerySet[LedgerEntry], name: str, cause: str) -> QuerySet[LedgerEntry]:
        return rows.exclude(cause=Cause.OPENING) if cause == NEWS else rows.filter(cause=cause)

    def of_company(self, rows: QuerySet[LedgerEntry], name: str, words: str) -> QuerySet[LedgerEntry]:
        named = Company.objects.filter(store_id=self.viewer.actor.store_id, name__folded_contains=words)
        return rows.filter(company_id__in=named.ids())
