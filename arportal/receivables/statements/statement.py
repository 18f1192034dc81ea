"""A company's statement of account, one currency after the other; currencies are never added.

The opening balance, the movements and the closing balance come from the ledger, as known now. The ageing at the foot
is that of the ageing report as of the last day, and its balance is the closing balance: a test compares them.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.mirror.models import Company, Invoice
from arportal.receivables.ageing.ageing import Aged, AsOf, ageing
from arportal.receivables.ageing.buckets import STANDARD
from arportal.receivables.ageing.invoices import BALANCE, Figure, aged_invoices
from arportal.receivables.models import NO_DAY, LedgerEntry
from arportal.receivables.on_account.balances import Item, received_items
from arportal.stores.models import Membership

# More than so many lines are for a file of the company's ledger, not for a person to read.
MOST_LINES = 5_000


class TooLong(Exception):
    """The statement would have more than MOST_LINES lines."""


@dataclass(frozen=True, slots=True)
class Movement:
    """Something that moved the balance of an invoice. `balance` is that of the account after it."""

    day: dt.date
    invoice_id: int
    number: str
    cause: LedgerEntry.Cause
    cause_id: int | None
    amount: Money
    balance: Money


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An invoice with a balance at the end of the last day; a credit is below zero. Days are None if it has none."""

    invoice_id: int
    number: str
    issued_on: dt.date | None
    due_on: dt.date | None
    balance: Money
    days_late: int


@dataclass(frozen=True, slots=True)
class Account:
    """The balance in one currency before the first day, what moved it, and the balance at the end of the last."""

    opening: Money
    movements: list[Movement]
    open_items: list[OpenItem]
    closing: Money
    aged: Aged
    # Received, but applied to no invoice by the end of the last day: it is in none of the sums above.
    on_account: list[Item]

    @property
    def currency(self) -> str:
        return self.closing.currency

    @property
    def unapplied(self) -> Money:
        """All that is on account."""
        return sum((item.left for item in self.on_account), Money.zero(self.currency))

    @property
    def net(self) -> Money:
        """The amount left to pay once the money on account is applied."""
        return self.closing - self.unapplied

    @property
    def ageing(self) -> list[tuple[str, Money]]:
        """The foot: each bucket's label with its amount, and the credits."""
        labels = [str(bucket.label) for bucket in STANDARD]
        return [*zip(labels, self.aged.by_bucket, strict=True), (_("Credit"), self.aged.credit)]


@dataclass(frozen=True, slots=True)
class Period:
    """The days from the first to the last, both included; `today` is the store's day."""

    first: dt.date
    last: dt.date
    today: dt.date


def ids_with_subsidiaries(actor: Membership, company: Company) -> tuple[int, ...]:
    """The company, and those below it at any depth that the actor may see."""
    companies = Company.objects.visible_to(actor)
    family = companies.filter(api_id=company.api_id).ids_with_subsidiaries()
    return tuple(companies.filter(api_id__in=family).order_by("api_id").values_list("api_id", flat=True))


def statement(
    actor: Membership, company_ids: tuple[int, ...], period: Period, *, movements: bool = True
) -> list[Account]:
    """An account for each currency with a balance, a movement or money on account, in the order of the codes.

    Without `movements` the ledger is left alone: there are none, and the opening balance is the closing one. Raises
    TooLong.
    """
    as_of = AsOf(period.last, period.today, companies=company_ids)
    aged = {row.currency: row for row in ageing(actor, as_of)}
    if movements:
        opening, moving = _of_the_ledger(actor, company_ids, period)
    else:
        opening, moving = {code: row.balance.amount for code, row in aged.items()}, []
    numbers = _invoices(actor, {entry.invoice_id for entry in moving})
    # An opening balance is still there, or has moved.
    currencies = set(aged) | {entry.currency for entry in moving}
    received = received_items(actor, company_ids, period.last)
    currencies |= {item.left.currency for item in received}
    return [
        _account(
            actor,
            as_of,
            Money(opening.get(code, Decimal(0)), code),
            [entry for entry in moving if entry.currency == code],
            numbers,
            aged.get(code) or Aged.nothing(code),
            [item for item in received if item.left.currency == code],
        )
        for code in sorted(currencies)
    ]


def _of_the_ledger(
    actor: Membership, company_ids: tuple[int, ...], period: Period
) -> tuple[dict[str, Decimal], list[LedgerEntry]]:
    """Currency → balance before the first day, and what moved it since. Raises TooLong."""
    entries = LedgerEntry.objects.visible_to(actor).filter(company_id__in=company_ids).order_by()
    before = entries.filter(effective_on__lt=period.first).values_list("currency")
    within = entries.filter(effective_on__range=(period.first, period.last)).order_by("effective_on", "id")
    moving = list(within[: MOST_LINES + 1])
    if len(moving) > MOST_LINES:
        raise TooLong
    return dict(before.annotate(Sum("amount"))), moving


def _account(
    actor: Membership,
    as_of: AsOf,
    opening: Money,
    entries: list[LedgerEntry],
    invoices: dict[int, Invoice],
    aged: Aged,
    received: list[Item],
) -> Account:
    movements = list(_movements(opening, entries, invoices))
    return Account(
        opening=opening,
        movements=movements,
        open_items=_open_items(actor, as_of, opening.currency),
        closing=movements[-1].balance if movements else opening,
        aged=aged,
        on_account=received,
    )


def _movements(
    opening: Money, entries: list[LedgerEntry], invoices: dict[int, Invoice]
) -> Iterator[Movement]:
    balance = opening
    for entry in entries:
        balance += entry.money
        invoice = invoices.get(entry.invoice_id)
        yield Movement(
            day=entry.effective_on,
            invoice_id=entry.invoice_id,
            number=invoice.number if invoice else "",
            cause=LedgerEntry.Cause(entry.cause),
            cause_id=entry.cause_id,
            amount=entry.money,
            balance=balance,
        )


def _open_items(actor: Membership, as_of: AsOf, currency: str) -> list[OpenItem]:
    """The oldest first. Raises TooLong."""
    aged = aged_invoices(actor, as_of, Figure(currency, BALANCE), None, MOST_LINES + 1)
    if len(aged) > MOST_LINES:
        raise TooLong
    invoices = _invoices(actor, {row.api_id for row in aged})
    items = []
    for row in aged:
        invoice = invoices.get(row.api_id)
        due_on = None if row.aged_on == NO_DAY else row.aged_on
        late = (as_of.day - due_on).days if due_on and row.balance.amount > 0 else 0
        items.append(
            OpenItem(
                invoice_id=row.api_id,
                number=invoice.number if invoice else "",
                issued_on=invoice.issued_on if invoice else None,
                due_on=due_on,
                balance=row.balance,
                days_late=max(late, 0),
            )
        )
    return items


def _invoices(actor: Membership, ids: set[int]) -> dict[int, Invoice]:
    """Also those that the store no longer has: their numbers are known."""
    rows = Invoice.objects.filter(store_id=actor.store_id).only("api_id", "number", "issued_on")
    return rows.by_api_id(ids)
