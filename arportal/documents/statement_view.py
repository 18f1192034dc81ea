"""The text of a statement of account, as the company that it goes to reads it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from arportal.documents.figures import calendar_day, figure
from arportal.documents.parts import Party, company_lines
from arportal.mirror.models import Company
from arportal.receivables.models import LedgerEntry
from arportal.receivables.statements.statement import Account, Movement, OpenItem, Period

Cause = LedgerEntry.Cause


@dataclass(frozen=True)
class AccountTable:
    """One currency. `rows`: cells, the last one or two of them figures. `ageing`: a heading and a figure for each
    bucket."""

    currency: str
    headings: tuple[str, ...]
    opening: str
    rows: tuple[tuple[str, ...], ...]
    closing: str
    # What is on account, and what is left to pay without it: words and a figure each; empty where nothing is.
    below: tuple[tuple[str, str], ...]
    ageing: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class StatementView:
    """All text is as people read it and none of it is trusted. `figures`: how many columns at the end are figures."""

    title: str
    number: str
    parties: tuple[Party, ...]
    facts: tuple[tuple[str, str], ...]
    figures: int
    accounts: tuple[AccountTable, ...]
    asks_for_payment: bool


def statement_view(
    company: Company, accounts: list[Account], period: Period, *, open_items: bool
) -> StatementView:
    """The movements of the period, or the `open_items` at its end."""
    since = () if open_items else ((_("From"), calendar_day(period.first)),)
    return StatementView(
        title=_("Statement of account"),
        number=calendar_day(period.last),
        parties=(Party(_("To"), (company.name, *company_lines(company.raw))),),
        facts=(*since, (_("Until"), calendar_day(period.last)), (_("Customer"), str(company.api_id))),
        figures=1 if open_items else 2,
        accounts=tuple(_table(account, open_items=open_items) for account in accounts),
        asks_for_payment=any(account.closing.amount > 0 for account in accounts),
    )


def _table(account: Account, *, open_items: bool) -> AccountTable:
    if open_items:
        headings: tuple[str, ...] = (_("Invoice"), _("Date"), _("Due"), _("Balance"))
        rows: tuple[tuple[str, ...], ...] = tuple(map(_item, account.open_items))
    else:
        headings = (_("Date"), _("Entry"), _("Invoice"), _("Amount"), _("Balance"))
        rows = tuple(
            (calendar_day(row.day), entry_words(row), row.number, figure(row.amount), figure(row.balance))
            for row in account.movements
        )
    return AccountTable(
        currency=account.currency,
        headings=headings,
        opening="" if open_items else figure(account.opening),
        rows=rows,
        closing=figure(account.closing),
        below=tuple(_below(account)) if account.on_account else (),
        ageing=tuple((label, figure(amount)) for label, amount in account.ageing),
    )


def _below(account: Account) -> Iterator[tuple[str, str]]:
    for item in account.on_account:
        words = _("Payment on account of %(day)s") % {"day": calendar_day(item.received_on)}
        yield f"{words}: {item.reference}" if item.reference else words, figure(item.owed)
    yield _("Balance less payments on account"), figure(account.net)


def _item(item: OpenItem) -> tuple[str, ...]:
    return (
        item.number,
        calendar_day(item.issued_on) if item.issued_on else "",
        calendar_day(item.due_on) if item.due_on else "",
        figure(item.balance),
    )


def entry_words(movement: Movement) -> str:
    """The movement as a customer calls it: how we came to know of it is our own affair."""
    if movement.cause == Cause.ISSUED:
        return _("Credit note") if movement.amount.amount < 0 else _("Invoice")
    words = {
        Cause.PAYMENT: _("Payment"),
        Cause.REVERSED: _("Payment reversed"),
        Cause.PAYMENT_DELETED: _("Payment reversed"),
        Cause.WRITE_OFF: _("Adjustment"),
        Cause.CREDIT: _("Credit applied"),
        Cause.DELETED: _("Invoice withdrawn"),
    }
    return words.get(movement.cause, _("Adjustment"))
