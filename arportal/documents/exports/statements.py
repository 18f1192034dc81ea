"""Statements of all companies with a balance: whose, and each one's PDF or mail. The work is that of every export."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Any, Self

from django.utils.translation import gettext as _

from arportal.documents.branding.letterheads import Letterhead
from arportal.documents.exports import create
from arportal.documents.exports.names import unlike
from arportal.documents.mails.statements import CompanyStatement, queue_statement, statement_text
from arportal.documents.models import Export, ExportItem
from arportal.documents.rendering.files import Pdf
from arportal.documents.statements import DocumentFailed, statement_pdf
from arportal.mirror.models import Company
from arportal.receivables.ageing.ageing import Aged, AsOf, ageing_by_company
from arportal.receivables.ageing.grouping import by_company, by_parent
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.mails.recipients import recipients_of
from arportal.receivables.statements.statement import Period, TooLong, ids_with_subsidiaries, statement
from arportal.stores.access import NotAllowed, Permission, require
from arportal.stores.models import Membership


class NoStatement(Exception):
    """There is none of this company; the message says why. `may_pass`: another try may succeed."""

    def __init__(self, reason: str, *, may_pass: bool = False) -> None:
        super().__init__(reason)
        self.may_pass = may_pass


@dataclass(frozen=True, slots=True)
class Question:
    """From which day to which, of what, and of whom: companies with a balance at the end of the last day.

    In one `currency`, or in any; of at least the `minimum` in that currency; with something overdue. Subsidiaries
    are on their topmost parent's statement where it is `consolidated`.
    """

    period: Period
    open_items: bool
    consolidated: bool = False
    currency: str = ""
    minimum: Decimal | None = None
    overdue_only: bool = False
    # Mails bring the PDFs of the open invoices along, where these are few enough.
    with_invoices: bool = False

    def as_json(self) -> dict[str, Any]:
        """All that is needed to make one statement: whose was settled when it was asked."""
        days = {"first": self.period.first, "last": self.period.last, "today": self.period.today}
        written = {name: day.isoformat() for name, day in days.items()}
        return written | {
            "open_items": self.open_items,
            "consolidated": self.consolidated,
            "with_invoices": self.with_invoices,
        }

    @classmethod
    def parse(cls, asked: Mapping[str, Any]) -> Self:
        first, last, today = (dt.date.fromisoformat(asked[name]) for name in ("first", "last", "today"))
        period = Period(first, last, today)
        with_invoices = asked.get("with_invoices", False)
        return cls(period, asked["open_items"], asked["consolidated"], with_invoices=with_invoices)

    def is_asked(self, aged: Aged) -> bool:
        """True if a company with this balance gets a statement."""
        return (
            aged.balance.amount != 0
            and (not self.currency or aged.currency == self.currency)
            and (self.minimum is None or aged.balance.amount >= self.minimum)
            and (not self.overdue_only or aged.overdue.amount > 0)
        )


@dataclass(frozen=True, slots=True)
class Chosen:
    """A company that gets a statement, what it owes in each currency, and the companies that are on it."""

    company: Company
    balances: list[Aged]
    company_ids: tuple[int, ...]


def chosen_companies(actor: Membership, question: Question) -> list[Chosen]:
    """In the order of their names. Raises NotKnown."""
    grouping = by_parent(actor) if question.consolidated else by_company(actor)
    balances: dict[int, dict[str, list[Aged]]] = {}
    for aged in ageing_by_company(actor, AsOf(question.period.last, question.period.today)):
        of_group = balances.setdefault(int(grouping.key_of(aged.company_id or 0)), {})
        of_group.setdefault(aged.currency, []).append(aged)
    sums = {key: [reduce(Aged.plus, rows) for rows in codes.values()] for key, codes in balances.items()}
    asked = {key: rows for key, rows in sums.items() if any(map(question.is_asked, rows))}
    members: dict[int, list[int]] = {key: [key] for key in asked}
    for company_id, key in grouping.keys.items():
        if int(key) in members and company_id != int(key):
            members[int(key)].append(company_id)
    companies = (
        Company.objects.visible_to(actor).filter(api_id__in=asked).defer("raw").order_by("name", "api_id")
    )
    return [Chosen(row, asked[row.api_id], tuple(members[row.api_id])) for row in companies]


def create_statements(
    actor: Membership, export_id: uuid.UUID, question: Question, shape: Export.Shape, words: str
) -> Export:
    """Freezes whose statements these are and has the worker begin; the same id again is the same.

    Raises NotAllowed, Invalid.
    """
    require(actor, Permission.SEND_MAIL if shape == Export.Shape.MAIL else Permission.READ)
    before = create.same_form(actor, export_id)
    if before is not None:
        return before
    chosen = chosen_companies(actor, question)
    if not chosen:
        raise Invalid({"": [_("No company that you may see has such a balance.")]})
    names = unlike(f"{_('Statement')} {each.company.name}" for each in chosen)
    items = [
        ExportItem(
            position=position, company_id=each.company.api_id, company_name=each.company.name, filename=name
        )
        for position, (each, name) in enumerate(zip(chosen, names, strict=True), start=1)
    ]
    return create.begin(
        actor,
        export_id,
        items,
        of=Export.Of.STATEMENTS,
        source=Export.Source.OURS,
        shape=shape,
        words=words,
        question=question.as_json(),
        company_ids=sorted({company_id for each in chosen for company_id in each.company_ids}),
    )


def statement_of(export: Export, item: ExportItem) -> CompanyStatement:
    """The item's statement, made of the ledger as it is now. Raises NoStatement."""
    question, actor = Question.parse(export.question), export.actor
    # Looked up anew each time: meanwhile the person may have lost the right to see it.
    company = (
        Company.objects.visible_to(actor).filter(api_id=item.company_id or 0).select_related("store").first()
    )
    if company is None:
        raise NoStatement(_("The company is no longer at the store, or you may not see it."))
    ids: tuple[int, ...] = (company.api_id,)
    if question.consolidated:
        # Who may see the export was settled by the companies it began with.
        ids = tuple(set(ids_with_subsidiaries(actor, company)) & set(export.company_ids))
    try:
        accounts = statement(actor, ids, question.period, movements=not question.open_items)
    except TooLong as too_long:
        raise NoStatement(_("It has too many lines: choose fewer days.")) from too_long
    return CompanyStatement(company, accounts, question.period, question.open_items)


def pdf_of(export: Export, statement: CompanyStatement, letterhead: Letterhead) -> Pdf:
    """Raises NoStatement."""
    try:
        return statement_pdf(
            export.actor,
            statement.company,
            statement.accounts,
            statement.period,
            letterhead,
            open_items=statement.open_items,
        )
    except DocumentFailed as failed:
        raise NoStatement(str(failed)) from failed


def queue(export: Export, statement: CompanyStatement, letterhead: Letterhead) -> bytes:
    """Queues its mail, once however often it is asked; returns the PDF that goes with it. Raises NoStatement."""
    addresses = recipients_of(statement.company)
    if not addresses:
        raise NoStatement(_("The company has no e-mail address."), may_pass=True)
    if not any(account.closing for account in statement.accounts):
        raise NoStatement(_("Nothing is owed any more."))
    text = statement_text(export.store, statement, letterhead)
    mail_id = uuid.uuid5(export.pk, str(statement.company.api_id))
    try:
        with_invoices = Question.parse(export.question).with_invoices and statement.can_bring_invoices
        mail = queue_statement(
            export.actor,
            mail_id,
            statement,
            text,
            addresses,
            letterhead,
            batch=export.pk,
            with_invoices=with_invoices,
        )
    except DocumentFailed as failed:
        raise NoStatement(str(failed)) from failed
    except (Invalid, NotAllowed) as refused:
        raise NoStatement(str(refused)) from refused
    return bytes(mail.attachments.order_by("pk")[0].content)
