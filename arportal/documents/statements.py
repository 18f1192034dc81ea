"""The statement of account as a PDF."""

from dataclasses import asdict

from django.utils.translation import gettext as _

from arportal.documents.branding.letterheads import Letterhead
from arportal.documents.rendering.cache import key_of
from arportal.documents.rendering.files import Pdf, file_name, made_once
from arportal.documents.rendering.rendering import DocumentFailed, in_their_language, make_job
from arportal.documents.statement_view import statement_view
from arportal.documents.version import VERSION
from arportal.mirror.figures import count
from arportal.mirror.models import Company
from arportal.receivables.statements.statement import Account, Period
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership

# As of an ageing report: more is not ready within a minute.
MOST_ROWS = 2_000

__all__ = ["DocumentFailed", "statement_pdf"]


def statement_pdf(
    actor: Membership,
    company: Company,
    accounts: list[Account],
    period: Period,
    letterhead: Letterhead,
    *,
    open_items: bool,
) -> Pdf:
    """Raises NotAllowed, DocumentFailed."""
    require(actor, Permission.READ, company_id=company.api_id)
    with in_their_language():
        view = statement_view(company, accounts, period, open_items=open_items)
    rows = sum(len(account.rows) for account in view.accounts)
    if rows > MOST_ROWS:
        words = _("This statement has %(rows)s lines, and a PDF holds %(most)s: choose fewer days, or XLSX.")
        raise DocumentFailed(words % {"rows": count(rows), "most": count(MOST_ROWS)})
    # What it says is its key: a day may become known better.
    key = key_of("statement", VERSION, letterhead.fingerprint, asdict(view))
    return made_once(
        file_name(f"{view.title} {period.last}", company.name),
        key,
        lambda: make_job("statement.html", {"view": view}, letterhead),
    )
