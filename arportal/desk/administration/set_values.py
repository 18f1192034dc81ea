"""Setting values of a company or of one of its buyers: the form, then what would change, then asking for it."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from arportal.b2b.errors import B2BError
from arportal.desk.administration.forms import (
    BuyerForm,
    ContactForm,
    CreditForm,
    ParentForm,
    StatusForm,
    TermsForm,
    ValuesForm,
)
from arportal.desk.changes.facts import Fact, all_facts
from arportal.desk.companies.page import get_company_or_404
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import confirm
from arportal.mirror.models import Buyer, Company
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


@page(Permission.ADMINISTER_COMPANY, methods=METHODS, keeps=True)
def company_buyer(request: DeskRequest, company_id: int, user_id: int) -> HttpResponse:
    company = get_company_or_404(request, company_id)

    def find() -> Buyer:
        buyers = Buyer.objects.visible_to(request.actor).filter(company_id=company_id, api_id=user_id)
        if buyer := buyers.first():
            return buyer
        raise Http404(_("The company has no such buyer."))

    return _set(request, company, BuyerForm, find)


def _set_values(request: DeskRequest, company_id: int, form_class: type[ValuesForm]) -> HttpResponse:
    company = get_company_or_404(request, company_id)
    return _set(request, company, form_class, lambda: get_company_or_404(request, company_id))


def _set(
    request: DeskRequest,
    company: Company,
    form_class: type[ValuesForm],
    find: Callable[[], Company] | Callable[[], Buyer],
) -> HttpResponse:
    """The form about the row that `find` reads; a GET reads it from the store first."""
    row, problem = _fresh(request, form_class.verb, find)
    known = form_class.verb.known(row)
    form = form_class(request.POST or None, request.actor, row, known or {})
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
            context["facts"] = preview(verb, row)
        elif request.POST.get("step") == "save":
            words = _("%(what)s of %(company)s saved.") % {"what": form.title, "company": company}
            if response := confirm(request, form, verb, words):
                return response
    return render(request, "administration/set_values.html", context, status=form.http_status)


def preview(verb: SetValues[Any], row: Company | Buyer) -> list[Fact]:
    """What would change, in the words in which the history tells of it."""
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


def _fresh(
    request: DeskRequest, verb: type[SetValues[Any]], find: Callable[[], Company] | Callable[[], Buyer]
) -> tuple[Company | Buyer, str]:
    """The row as the store has its values, or as we know them with the reason why they could not be read."""
    row = find()
    if request.method == "POST":
        return row, ""
    try:
        verb.handler.refresh(request.store, row.api_id)
    except B2BError as error:
        return row, str(StoreUnreadable(error))
    return find(), ""
