"""A company's statement of account as a mail: the text around it, the PDF with it."""

import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.documents.branding.letterheads import Letterhead
from arportal.documents.figures import calendar_day, figure
from arportal.documents.mails.compose import compose_as_it_is, fill
from arportal.documents.mails.invoices import MOST, invoice_files
from arportal.documents.rendering.cache import key_of
from arportal.documents.rendering.rendering import in_their_language
from arportal.documents.statement_view import statement_view
from arportal.documents.statements import statement_pdf
from arportal.mirror.models import Company
from arportal.receivables.mails.queue import Attached, queue_mail
from arportal.receivables.mails.texts import Text, text_of
from arportal.receivables.models import Mail
from arportal.receivables.statements.statement import Account, Period
from arportal.stores.models import Membership, Store


@dataclass(frozen=True, slots=True)
class CompanyStatement:
    """One statement, as it was asked for: of the company, maybe with its subsidiaries."""

    company: Company
    accounts: list[Account]
    period: Period
    open_items: bool

    @property
    def fingerprint(self) -> str:
        """Another one as soon as it says anything else."""
        with in_their_language():
            view = statement_view(self.company, self.accounts, self.period, open_items=self.open_items)
        return key_of("statement mail", asdict(view))

    @property
    def invoice_ids(self) -> list[int]:
        return [item.invoice_id for account in self.accounts for item in account.open_items]

    @property
    def can_bring_invoices(self) -> bool:
        """True if its open invoices are few enough to go along with it."""
        return 0 < len(self.invoice_ids) <= MOST


def statement_text(store: Store, statement: CompanyStatement, letterhead: Letterhead) -> Text:
    """The store's text, filled in for this statement."""
    with in_their_language():
        return fill(text_of(store, Mail.Kind.STATEMENT), values_of(letterhead, statement))


def values_of(letterhead: Letterhead, statement: CompanyStatement) -> dict[str, str]:
    """What stands in each of texts.PLACES."""
    return {
        "company": statement.company.name,
        "store": letterhead.name,
        "day": calendar_day(statement.period.last),
        "balance": _amounts(account.closing for account in statement.accounts),
        "overdue": _amounts(account.aged.overdue for account in statement.accounts),
    }


def _amounts(amounts: Iterable[Money]) -> str:
    """`1,234.50 EUR, 300 JPY`: one after the other, never added."""
    return ", ".join(f"{figure(amount)} {amount.currency}" for amount in amounts if amount) or _("nothing")


def queue_statement(
    actor: Membership,
    mail_id: uuid.UUID,
    statement: CompanyStatement,
    text: Text,
    addresses: Iterable[str],
    letterhead: Letterhead,
    *,
    batch: uuid.UUID | None = None,
    with_invoices: bool = False,
) -> Mail:
    """Queues the statement's PDF under this text, which has no places any more; maybe with its open invoices.

    Raises NotAllowed, Invalid, DocumentFailed.
    """
    company, period = statement.company, statement.period
    pdf = statement_pdf(
        actor, company, statement.accounts, period, letterhead, open_items=statement.open_items
    )
    attached = [Attached(pdf.filename, pdf.content)]
    if with_invoices:
        attached += invoice_files(actor, statement.invoice_ids, letterhead)
    composed = compose_as_it_is(letterhead, text.subject, text.text)
    return queue_mail(
        actor,
        actor.store,
        mail_id,
        company_id=company.api_id,
        kind=Mail.Kind.STATEMENT,
        subject=composed.subject,
        text=composed.text,
        html=composed.html,
        addresses=addresses,
        attached=attached,
        batch=batch,
        invoice_ids=statement.invoice_ids,
        details={"first": period.first.isoformat(), "last": period.last.isoformat()},
    )
