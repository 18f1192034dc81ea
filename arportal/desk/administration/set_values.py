"""Setting values of a company: the form, then what would change, then asking for it."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from django.http import HttpResponse
from django.shortcuts import render

from arportal.b2b.errors import B2BError
from arportal.desk.administration.forms import (
    ContactForm,
    CreditForm,
    ParentForm,
    StatusForm,
    TermsForm,
)
from arportal.desk.administration.values_form import ValuesForm
from arportal.desk.changes.facts import Fact, all_facts
from arportal.desk.companies.page import get_company_or_404
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import confirm
from arportal.mirror.models import Buyer, Company
from arportal.receivables.changes.errors import Invalid, StoreUnreadable
from arportal.receivables.changes.verb import Verb
from arportal.receivables.models import Change
from arportal.stores.access import Permission
from arportal.stores.models import Store

METHODS = ("GET", "HEAD", "POST")
Row = TypeVar("Row", Company, Buyer)


class AdministrationForm(Protocol):
    """A form of this room: `filled` is its verb, of a valid form; `done` are the words that say that it is done."""

    @property
    def http_status(self) -> int: ...
    def is_valid(self) -> bool: ...
    def filled(self) -> Verb[Any]: ...
    def done(self, company: Company) -> str: ...
    def refused(self, broken: Invalid) -> None: ...


@page(Permission.ADMINISTER_COMPANY, methods=METHODS, keeps=True)
def company_credit(request: DeskRequest, company_id: int) -> HttpResponse:
    return _set_values(request, company_id, CreditForm)


@page(Permission.ADMINISTER_COMPANY, methods=METHODS, keeps=True)
def company_terms(request: DeskRequest, company_id: int) -> HttpResponse:
    return _set_values(request, company_id, TermsForm)


@page(Permission.ADMINISTER_COMPANY, methods=METHODS, keeps=True)
def company_status(request: DeskRequest, company_id: int) -> HttpResponse:
    return _set_values(request, company_id, StatusForm)


@page(Permission.ADMINISTER_COMPANY, methods=METHODS, keeps=True)
def company_parent(request: DeskRequest, company_id: int) -> HttpResponse:
    return _set_values(request, company_id, ParentForm)


@page(Permission.ADMINISTER_COMPANY, methods=METHODS, keeps=True)
def company_contact(request: DeskRequest, company_id: int) -> HttpResponse:
    return _set_values(request, company_id, ContactForm)


def _set_values(request: DeskRequest, company_id: int, form_class: type[ValuesForm]) -> HttpResponse:
    """The form about the company as the store has its values, or as we know them with the reason why they could not
    be read."""

    def find() -> Company:
        return get_company_or_404(request, company_id)

    verb = form_class.verb
    company, problem = read_first(request, verb.handler.refresh, find)
    known = verb.known(company)
    form = form_class(request.POST or None, request.actor, company, known or {})
    return show(request, company, company, form, problem=problem, is_known=known is not None)


def read_first(
    request: DeskRequest, refresh: Callable[[Store, int], None], find: Callable[[], Row]
) -> tuple[Row, str]:
    """The row that `find` reads from the mirror, after a GET has read it from the store, or a reason why not."""
    row = find()
    if request.method == "POST":
        return row, ""
    try:
        refresh(request.store, row.api_id)
    except B2BError as error:
        return row, str(StoreUnreadable(error))
    return find(), ""


def show(
    request: DeskRequest,
    company: Company,
    row: Company | Buyer,
    form: AdministrationForm,
    *,
    problem: str = "",
    is_known: bool = True,
) -> HttpResponse:
    """The form; once it is filled in, what would change; once that was seen, the way on to what has."""
    context: dict[str, Any] = {"company": company, "form": form, "problem": problem, "is_known": is_known}
    step = request.POST.get("step") if form.is_valid() else ""
    if step == "preview":
        context["facts"] = preview(form, row)
    elif step == "save" and (response := confirm(request, form, form.filled(), form.done(company))):
        return response
    return render(request, "administration/set_values.html", context, status=form.http_status)


def preview(form: AdministrationForm, row: Company | Buyer) -> list[Fact]:
    """What would change, in the words in which the history tells of it; nothing, with the reasons in the form, for
    what would be refused."""
    verb = form.filled()
    try:
        verb.check(row)
    except Invalid as broken:
        form.refused(broken)
        return []
    draft = verb.draft(row)
    change = Change(
        store=row.store,
        verb=verb.name,
        before=draft.before,
        after=draft.after,
        currency=draft.currency,
        payload=verb.content()["payload"],
    )
    return all_facts(verb.actor, change)
