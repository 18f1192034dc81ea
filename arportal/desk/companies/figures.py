"""The figures of companies in their list, from the sums that the ledger keeps: columns, totals, and what to know.

Amounts and days are put in order within one currency. A company that deals in several has a line for each.
"""

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from typing import Any

from django.db.models import DateField, Exists, F, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money
from arportal.desk.companies.filter import FIGURES
from arportal.desk.format.formats import formatter
from arportal.desk.lists import cells
from arportal.desk.lists.counting import Sum
from arportal.desk.lists.lists import ListQuery
from arportal.desk.lists.tables import Column, Computed, Kind, Viewer
from arportal.mirror.models import Company
from arportal.mirror.models.rows import MoneyField
from arportal.receivables.ageing.companies import kept_balances
from arportal.receivables.ledger.build import built_ledger
from arportal.receivables.models import CompanyBalance

DAYS_LATE = "days_late"


def with_figures(rows: Sequence[Any], viewer: Viewer) -> None:
    """Adds to each company its balances, that by which it is put in order first: one query for the whole page."""
    if not rows:
        return
    asked_for = rows[0].shown_currency
    kept = kept_balances(viewer.actor, [row.api_id for row in rows], asked_for)
    first = asked_for or viewer.actor.store.currency
    for row in rows:
        balances = sorted(kept.get(row.api_id, []), key=lambda balance: balance.currency != first)
        # Of a currency in which nothing is left, the last payment is worth a line where there is no other.
        row.figures = [
            balance for balance in balances if balance.open or balance.credit or balance.currency == first
        ] or balances[:1]


def by_currency(company: Any) -> Sequence[Any]:
    """The company once for each currency it deals in; once alone if there is none."""
    lines = [copy(company) for _balance in company.figures] or [company]
    for line, balance in zip(lines, company.figures, strict=False):
        line.figures = [balance]
    return lines


def _column(
    key: str,
    label: str | Promise,
    value: Callable[[CompanyBalance, Viewer], Any],
    cell: Callable[[Any, Viewer], Any],
    sort: Computed | str = "",
    **more: Any,
) -> Column[Any]:
    """A column with a line for each currency; a file has rows of their own for them: see `by_currency`."""

    def lines(company: Any, viewer: Viewer) -> str:
        values = [value(balance, viewer) for balance in company.figures]
        return cells.lines(
            [cells.markup("{}", cell(each, viewer)) if each else cells.NOTHING for each in values]
        )

    def first(company: Any, viewer: Viewer) -> Any:
        return value(company.figures[0], viewer) if company.figures else None

    return Column(key, label, first, lines, sort=sort, **more)


def _money(key: str, label: str | Promise, css: str, *, is_sorted: bool = True, **more: Any) -> Column[Any]:
    field = MoneyField(null=True)
    sort = (
        Computed(lambda viewer: F(f"{FIGURES}__{key}"), field, is_of_one_currency=True) if is_sorted else ""
    )
    return _column(
        key,
        label,
        lambda balance, viewer: getattr(balance, f"{key}_money"),
        lambda amount, viewer: cells.money(amount, viewer.format),
        sort,
        css=css,
        kind=Kind.MONEY,
        **more,
    )


def _day(key: str, label: str | Promise, name: str, css: str, **more: Any) -> Column[Any]:
    return _column(
        key,
        label,
        lambda balance, viewer: getattr(balance, name),
        lambda day, viewer: viewer.format.date(day),
        Computed(lambda viewer: F(f"{FIGURES}__{name}"), DateField(null=True)),
        css=f"nowrap {css}",
        kind=Kind.DATE,
        **more,
    )


COLUMNS: tuple[Column[Any], ...] = (
    _money("open", _lazy("Open"), "num"),
    _money("overdue", _lazy("Overdue"), "num p2"),
    _column(
        DAYS_LATE,
        _lazy("Days late"),
        lambda balance, viewer: balance.days_late(viewer.today),
        lambda days, viewer: cells.late(viewer.format.number(days)),
        # Who owes the oldest debt is the latest.
        Computed(lambda viewer: F(f"{FIGURES}__oldest_due_on"), DateField(null=True), is_reversed=True),
        css="num p2",
        kind=Kind.NUMBER,
        descends=True,
    ),
    _day("oldest", _lazy("Oldest debt"), "oldest_due_on", "p4", descends=False),
    _day("last_payment", _lazy("Last payment"), "last_payment_on", "p4"),
    _money("credit", _lazy("Credit"), "num p3", descends=False),
    _money("balance", _lazy("Balance"), "num p3", is_sorted=False),
)
SORTED = frozenset(column.key for column in COLUMNS if column.sort)


def sums(listed: ListQuery) -> Sequence[Sum]:
    """What all companies that match owe together, a row for each currency."""
    if built_ledger(listed.viewer.actor.store) is None:
        return ()
    kept = CompanyBalance.objects.visible_to(listed.viewer.actor)
    kept = kept.filter(company_id__in=listed.matching.order_by().values("api_id"))
    if listed.filter.shown_currency:
        kept = kept.filter(currency=listed.filter.shown_currency)
    totals = []
    for row in kept.totals().order_by("-companies", "currency"):
        amounts = {key: Money(row[key], row["currency"]) for key in ("open", "overdue", "credit")}
        amounts["balance"] = amounts["open"] + amounts["credit"]
        figures = {key: [("", amount)] for key, amount in amounts.items()}
        totals.append(Sum(row["currency"], row["companies"], figures))
    return totals


def notes(listed: ListQuery) -> Iterator[str]:
    viewer = listed.viewer
    ledger = built_ledger(viewer.actor.store)
    if ledger is None:
        yield _(
            "What companies owe is not shown yet: the ledger of this store is still being built. The Sync page says "
            "how far it is."
        )
        return
    if ledger.overdue_as_of < viewer.today:
        day = formatter().date(ledger.overdue_as_of)
        yield _("What is overdue is as of %(day)s. It is brought to today within a minute.") % {"day": day}
    if listed.sorted_by.removeprefix("-") in SORTED and not listed.filter.shown_currency:
        yield _(
            "In the order of the figures in %(currency)s, the store's own currency. For another one, choose it above."
        ) % {"currency": viewer.actor.store.currency}
    if not listed.filter.query():
        yield from _not_listed(viewer)


def _not_listed(viewer: Viewer) -> Iterator[str]:
    """What is owed by companies that the store no longer has: it is in every report, and in no list of companies."""
    listed = Company.objects.visible_to(viewer.actor).filter(api_id=OuterRef("company_id"))
    others = CompanyBalance.objects.visible_to(viewer.actor).filter(~Exists(listed))
    write = formatter()
    for row in others.totals().order_by("currency"):
        yield _(
            "Companies that the store no longer has owe besides: %(open)s open, %(credit)s in credit."
        ) % {
            "open": write.amount(Money(row["open"], row["currency"])),
            "credit": write.amount(Money(row["credit"], row["currency"])),
        }
