"""Switching a company's payment methods, all in one batch."""

from collections.abc import Iterable

from django import forms
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from arportal.desk.companies.collections import bring_promises_up_to_date
from arportal.desk.companies.page import ITS_INVOICES, facts, get_company_or_404
from arportal.desk.forms.change_form import ChangeForm
from arportal.desk.lists.list_page import answer, list_page
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther, confirm
from arportal.mirror.models import Company, CompanyMethod, Invoice
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.companies.switch_methods import SwitchMethods
from arportal.stores.access import Permission


class MethodsForm(ChangeForm):
    """The switches. `was` holds the codes that were on when the page was made: only what was touched is sent, so that
    an old page does not undo what somebody else has switched meanwhile.

    `was` is not sealed, as a `seen` is: forged, it asks for a switch that the page offers as well, and the verb
    compares it with the store.
    """

    def __init__(self, data: QueryDict, codes: Iterable[str]) -> None:
        super().__init__(data)
        choices = [(code, code) for code in codes]
        for name in ("enabled", "was"):
            self.fields[name] = forms.MultipleChoiceField(choices=choices, required=False)

    def wanted(self) -> dict[str, bool]:
        enabled, was = set(self.cleaned_data["enabled"]), set(self.cleaned_data["was"])
        return {code: code in enabled for code in sorted(enabled ^ was)}


@page(Permission.SWITCH_METHODS, methods=("POST",), keeps=True)
def switch_methods(request: DeskRequest, company_id: int) -> HttpResponse:
    company = get_company_or_404(request, company_id)
    bring_promises_up_to_date(request, company_id)
    methods = CompanyMethod.objects.visible_to(request.actor).filter(company_id=company_id)
    form = MethodsForm(request.POST, methods.values_list("code", flat=True))
    if form.errors:
        words = _("The methods have changed meanwhile. Look at them and try again.")
        form.refused(Invalid({"": [words]}))
    elif form.is_valid():
        if not form.wanted():
            return SeeOther(link("company", request.store.slug, company_id))
        words = _("Payment methods of %(company)s saved.") % {"company": company}
        if response := confirm(request, form, _verb(request, company_id, form), words):
            return response
    return _show(request, company, form)


def _verb(request: DeskRequest, company_id: int, form: MethodsForm) -> SwitchMethods:
    return SwitchMethods(
        actor=request.actor,
        change_id=form.cleaned_data["change_id"],
        company_id=company_id,
        wanted=form.wanted(),
        seen={code: not on for code, on in form.wanted().items()},
    )


def _show(request: DeskRequest, company: Company, form: MethodsForm) -> HttpResponse:
    """The company's page with the switches as they are by now; where only room or the session was missing, as they
    were set."""
    rows = Invoice.objects.visible_to(request.actor).filter(company_id=company.api_id)
    told = {"problem": "; ".join(map(str, form.non_field_errors())), "change_id": form["change_id"].value()}
    context = facts(request, company) | told
    if request.layout.busy or not form.errors:
        wanted = form.wanted()
        off = {code for code, on in wanted.items() if not on}
        context["switched_on"] = (context["switched_on"] | set(wanted)) - off
    response = answer(request, "companies/page.html", list_page(ITS_INVOICES, request, rows), **context)
    response.status_code = form.http_status
    return response
