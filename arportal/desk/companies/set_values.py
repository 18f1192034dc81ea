"""Setting values of a company: the form, then what would change, then asking for it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from arportal.b2b.errors import B2BError
from arportal.desk.changes.facts import Fact, all_facts
from arportal.desk.companies.page import get_company_or_404
from arportal.desk.companies.value_forms import (
    ContactForm,
    CreditForm,
    ParentForm,
    StatusForm,
    TermsForm,
    ValuesForm,
)
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import confirm
from arportal.mirror.models import Company
from arportal.receivables.changes.errors import StoreUnreadable
from arportal.receivables.companies.set_values import SetValues
from arportal.receivables.models import Change
from arportal.stores.access import Permission

METHODS = ("GET", "HEAD", "POST")


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
    company, problem = _fresh(request, company_id, form_class.verb)
    known = form_class.verb.known(company)
    form = form_class(request.POST or None, request.actor, company, known or {})
    context: dict[str, Any] = {
        "company": company,
        "form": form,
        "problem": problem,
        "is_known": known is not None,
    }
    if form.is_valid():
        verb = form.filled()
        if not verb.wanted:
            form.add_error(None, _("Nothing would change."))
        elif request.POST.get("step") == "preview":
            context["facts"] = preview(verb, company)
        elif request.POST.get("step") == "save":
            words = _("%(what)s of %(company)s saved.") % {"what": form.title, "company": company}
            if response := confirm(request, form, verb, words):
                return response
    return render(request, "companies/set_values.html", context, status=form.http_status)


def preview(verb: SetValues, company: Company) -> list[Fact]:
    """What would change, in the words in which the history tells of it."""
    draft = verb.draft(company)
    change = Change(
        store=company.store,
        verb=verb.name,
        before=draft.before,
        after=draft.after,
        currency=draft.currency,
        payload=verb.content()["payload"],
    )
    return all_facts(verb.actor, change)


def _fresh(request: DeskRequest, company_id: int, verb: type[SetValues]) -> tuple[Company, str]:
    """The company with its values as the store has them, or as we know them with the reason why they could not be
    read."""
    company = get_company_or_404(request, company_id)
    if request.method == "POST":
        return company, ""
    try:
        verb.handler.refresh(request.store, company_id)
    except B2BError as error:
        return company, str(StoreUnreadable(error))
    return get_company_or_404(request, company_id), ""
