"""The ageing report: groups of companies with what they owe, the largest first, and totals for each currency."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet, Sum

from arportal.b2b import Money
from arportal.receivables.ageing.ageing import Aged, AsOf, ageing, ageing_by_company, check_known, end_of
from arportal.receivables.ageing.grouping import Grouping
from arportal.receivables.ageing.largest import Place, largest
from arportal.receivables.models import CompanyBalance, DailyCause, LedgerEntry, LedgerEntryQuerySet
from arportal.receivables.on_account.balances import on_account
from arportal.stores.models import Membership


@dataclass(frozen=True, slots=True)
class Group:
    """A row of the report."""

    key: str
    name: str
    aged: Aged

    @property
    def place(self) -> Place:
        return Place(self.aged.open.amount, self.key)


@dataclass(frozen=True, slots=True)
class NotExplained:
    """The part of a balance that no payment, receipt or Change accounts for, by one cause."""

    cause: LedgerEntry.Cause
    amount: Money


class Report:
    """The figures of one moment in the ledger, for the page, the files and the snapshots alike.

    What reads the ledger raises NotKnown.
    """

    def __init__(self, actor: Membership, as_of: AsOf, grouping: Grouping) -> None:
        self.actor, self.as_of, self.grouping = actor, as_of, grouping

    @cached_property
    def totals(self) -> list[Aged]:
        """One row a currency, the store's own first."""
        own = self.actor.store.currency
        return sorted(ageing(self.actor, self.as_of), key=lambda row: (row.currency != own, row.currency))

    def rows(self, currency: str, after: Place | None, size: int) -> list[Group]:
        """The next rows of a currency behind a place, or the first."""
        if self.as_of.is_today and self.grouping.is_by_company:
            aged = largest(self.actor, self.as_of, currency, size, after)
        elif self.as_of.is_today:
            companies = self._companies_today(currency, after, size)
            aged = ageing_by_company(self.actor, replace(self.as_of, companies=companies), currency)
        else:
            aged = [row for row in self._aged if row.currency == currency]
        return self._grouped(aged, after, size)

    @property
    def currencies(self) -> list[str]:
        """Those of the totals, in their order, and then those in which there is only money on account."""
        owed = [total.currency for total in self.totals]
        return [*owed, *sorted(self.on_account.keys() - set(owed))]

    def total(self, currency: str) -> Aged:
        of_currency = (total for total in self.totals if total.currency == currency)
        return next(of_currency, Aged.nothing(currency, self.as_of.buckets))

    def all_rows(self) -> Iterator[Group]:
        """The rows of all currencies, in the order of the page; in each then the groups that owe nothing and have
        money on account, by name."""
        for currency in self.currencies:
            groups = self._grouped(row for row in self._aged if row.currency == currency)
            yield from groups
            others = self.on_account.get(currency, {}).keys() - {group.key for group in groups}
            nothing = Aged.nothing(currency, self.as_of.buckets)
            for key, name in sorted(self.grouping.names(others).items(), key=itemgetter(1)):
                yield Group(key, name, nothing)

    def companies_of(self, key: str) -> tuple[int, ...]:
        """The companies of a group that have a balance, in whatever currency."""
        if self.grouping.is_by_company:
            return (int(key),)
        ids = {row.company_id for row in self._aged if row.company_id and self._key_of(row) == key}
        return tuple(sorted(ids))

    @cached_property
    def on_account(self) -> dict[str, dict[str, Money]]:
        """Currency → group's key → what its companies had on account at the end of the day, known as the figures are.
        It is of no invoice, so it is in no bucket and no balance; a group may have it and not be in the report."""
        store, as_of = self.actor.store, self.as_of
        day = None if as_of.is_today else as_of.day
        known = None if as_of.is_as_known_now or as_of.known_on is None else end_of(store, as_of.known_on)
        seen = None if self.actor.all_companies else self.actor.company_ids
        groups: dict[str, dict[str, Money]] = {}
        for (company_id, currency), money in on_account(store, seen, day, known).items():
            of_currency = groups.setdefault(currency, {})
            key = self.grouping.key_of(company_id)
            of_currency[key] = of_currency[key] + money if key in of_currency else money
        return groups

    def on_account_total(self, currency: str) -> Money:
        groups = self.on_account.get(currency, {})
        return sum(groups.values(), Money.zero(currency))

    def on_account_of(self, group: Group) -> Money | None:
        return self.on_account.get(group.aged.currency, {}).get(group.key)

    @cached_property
    def not_explained(self) -> dict[str, list[NotExplained]]:
        """Currency → the parts of its balance that nothing explains, by cause."""
        rows: QuerySet[Any] = entries(self.actor, self.as_of)
        if self.actor.all_companies and self.as_of.is_as_known_now:
            rows = DailyCause.objects.filter(store=self.actor.store, day__lte=self.as_of.day)
        causes = rows.filter(cause__in=LedgerEntry.NOT_EXPLAINED).order_by().values_list("cause", "currency")
        parts: dict[str, list[NotExplained]] = {}
        for cause, currency, amount in sorted(causes.annotate(Sum("amount"))):
            if amount:
                part = NotExplained(LedgerEntry.Cause(cause), Money(amount, currency))
                parts.setdefault(currency, []).append(part)
        return parts

    @cached_property
    def _aged(self) -> list[Aged]:
        return ageing_by_company(self.actor, self.as_of)

    def _key_of(self, row: Aged) -> str:
        assert row.company_id is not None  # noqa: S101 - these are rows by company
        return self.grouping.key_of(row.company_id)

    def _grouped(
        self, aged: Iterable[Aged], after: Place | None = None, size: int | None = None
    ) -> list[Group]:
        """The companies' figures, of one currency, put together by group; in the order of the report."""
        together: dict[str, Aged] = {}
        for row in aged:
            key = self._key_of(row)
            together[key] = together[key].plus(row) if key in together else row
        places = [Place(row.open.amount, key) for key, row in together.items()]
        following = [place for place in places if after is None or place.rank > after.rank]
        keys = [place.key for place in sorted(following, key=lambda place: place.rank)[:size]]
        # Names of those that are shown, not of thousands.
        names = self.grouping.names(keys)
        return [Group(key, names[key], together[key]) for key in keys]

    def _companies_today(self, currency: str, after: Place | None, size: int) -> tuple[int, ...]:
        """The companies of the next groups, by the kept balances: only their buckets have to be added up then."""
        balances = CompanyBalance.objects.visible_to(self.actor).filter(currency=currency)
        balances = balances.exclude(open=0, credit=0)
        companies: dict[str, list[int]] = {}
        opened: dict[str, Decimal] = {}
        for company_id, amount in balances.values_list("company_id", "open"):
            key = self.grouping.key_of(company_id)
            companies.setdefault(key, []).append(company_id)
            opened[key] = opened.get(key, Decimal(0)) + amount
        places = sorted((Place(amount, key) for key, amount in opened.items()), key=lambda place: place.rank)
        following = [place for place in places if after is None or place.rank > after.rank]
        return tuple(company_id for place in following[:size] for company_id in companies[place.key])


def entries(actor: Membership, as_of: AsOf) -> LedgerEntryQuerySet:
    """The entries on which the figures rest, as far as the actor may see them. Raises NotKnown."""
    rows = LedgerEntry.objects.visible_to(actor).filter(effective_on__lte=as_of.day)
    if as_of.is_as_known_now or as_of.known_on is None:
        return rows
    check_known(actor.store, as_of)
    return rows.filter(observed_at__lt=end_of(actor.store, as_of.known_on))
