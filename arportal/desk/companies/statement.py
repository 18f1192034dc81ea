"""A company's statement of account: on a page, as a PDF that can be sent, and as CSV and XLSX."""

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.companies.page import get_company_or_404
from arportal.desk.companies.statement_form import StatementForm
from arportal.desk.site.files import CSV, XLSX, pdf_sent, table_sent
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.documents.branding.letterheads import letterhead_of
from arportal.documents.statements import DocumentFailed, statement_pdf
from arportal.documents.tables import Plain
from arportal.mirror.models import Company
from arportal.receivables.allocation.on_the_way import coming
from arportal.receivables.ledger.build import built_ledger
from arportal.receivables.statements.statement import Account, Period
from arportal.stores.access import Permission

PDF = "pdf"
MOVEMENT_HEADERS = (
    _lazy("Day"),
    _lazy("Entry"),
    _lazy("Payment"),
    _lazy("Invoice"),
    _lazy("Currency"),
    _lazy("Amount"),
    _lazy("Balance"),
)
ITEM_HEADERS = (
    _lazy("Invoice"),
    _lazy("Date"),
    _lazy("Due"),
    _lazy("Days late"),
    _lazy("Currency"),
    _lazy("Balance"),
)


@page(Permission.READ)
def company_statement(request: DeskRequest, company_id: int) -> HttpResponse:
    company, form, accounts = asked(request, company_id)
    # Payments on their way have no day yet, so a statement until today alone lacks them.
    is_until_today = accounts is not None and form.period.last == form.today
    page_url = link("company_statement", request.store.slug, company_id)
    context = {
        "company": company,
        "form": form,
        "is_built": built_ledger(request.store) is not None,
        "accounts": accounts,
        "coming": list(coming(form.actor, form.company_ids).values()) if is_until_today else [],
        "downloads": [(kind.upper(), f"{page_url}export.{kind}?{form.query()}") for kind in (PDF, CSV, XLSX)],
    }
    return render(request, "companies/statement.html", context, status=422 if form.errors else 200)


@page(Permission.READ)
def export(request: DeskRequest, company_id: int, kind: str) -> HttpResponseBase:
    """The page says itself what is wrong with its address, or that there are no figures yet."""
    if kind not in (CSV, XLSX, PDF):
        words = _("A statement can be had as CSV, XLSX or PDF.")
        return HttpResponse(words, status=404, content_type="text/plain")
    company, form, accounts = asked(request, company_id)
    page_url = f"{link('company_statement', request.store.slug, company_id)}?{request.GET.urlencode()}"
    if accounts is None:
        return HttpResponseRedirect(page_url)
    if kind == PDF:
        try:
            pdf = statement_pdf(
                request.actor,
                company,
                accounts,
                form.period,
                letterhead_of(request.store),
                open_items=form.open_items,
            )
        except DocumentFailed as failed:
            messages.error(request, str(failed))
            return HttpResponseRedirect(page_url)
        return pdf_sent(pdf)
    name = f"{_('Statement')} {company.name} {form.period.last}"
    if form.open_items:
        return table_sent(kind, _("Statement"), name, list(map(str, ITEM_HEADERS)), _items(accounts))
    headers = list(map(str, MOVEMENT_HEADERS))
    return table_sent(kind, _("Statement"), name, headers, _movements(accounts, form.period))


def asked(request: DeskRequest, company_id: int) -> tuple[Company, StatementForm, list[Account] | None]:
    """The company, the form, and the accounts: None while the ledger is built and where the form is refused."""
    company = get_company_or_404(request, company_id)
    form = StatementForm(request.GET, request.actor, company, request.store.today(timezone.now()))
    may_tell = form.is_valid() and built_ledger(request.store) is not None
    return company, form, form.accounts() if may_tell else None


def _movements(accounts: list[Account], period: Period) -> Iterator[list[Plain]]:
    """Each currency's opening balance, its movements, and its closing balance."""
    for account in accounts:
        code = account.currency
        yield [period.first, _("Opening balance"), None, "", code, None, account.opening.amount]
        for row in account.movements:
            words, amounts = str(row.cause.label), (row.amount.amount, row.balance.amount)
            yield [row.day, words, row.cause_id, row.number, code, *amounts]
        yield [period.last, _("Closing balance"), None, "", code, None, account.closing.amount]
        for money in account.on_account:
            words = _("On account %(reference)s") % {"reference": money.reference}
            yield [money.received_on, words.strip(), None, "", code, money.owed.amount, None]
        if account.on_account:
            words = _("Balance less money on account")
            yield [period.last, words, None, "", code, None, account.net.amount]


def _items(accounts: list[Account]) -> Iterator[list[Plain]]:
    for account in accounts:
        for item in account.open_items:
            amount = item.balance.amount
            yield [item.number, item.issued_on, item.due_on, item.days_late, account.currency, amount]
        for money in account.on_account:
            words = _("On account %(reference)s") % {"reference": money.reference}
            yield [words.strip(), money.received_on, None, None, account.currency, money.owed.amount]
