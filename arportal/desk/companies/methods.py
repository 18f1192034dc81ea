"""Switching a company's payment methods, all in one batch."""

import uuid

from django import forms
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from arportal.desk.companies.collections import bring_promises_up_to_date
from arportal.desk.companies.page import ITS_INVOICES, facts, get_company_or_404
from arportal.desk.format.showing import is_showing
from arportal.desk.forms.keepable import Keepable
from arportal.desk.lists.list_page import answer, list_page
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther, settled
from arportal.mirror.models import Company, Invoice
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.companies.methods import SwitchMethods
from arportal.stores.access import Permission


class MethodsForm(Keepable, forms.Form):
    """The switches. `was` holds the codes that were on when the page was made: only what was touched is sent, so that
    an old page does not undo what somebody else has switched meanwhile."""

    change_id = forms.UUIDField()

    def __init__(self, data: QueryDict, codes: list[str]) -> None:
        super().__init__(data)
        for name in ("enabled", "was"):
            self.fields[name] = forms.MultipleChoiceField(choices=[(c, c) for c in codes], required=False)

    def wanted(self) -> dict[str, bool]:
        enabled, was = set(self.cleaned_data["enabled"]), set(self.cleaned_data["was"])
        return {code: code in enabled for code in sorted(enabled ^ was)}


@page(Permission.SWITCH_METHODS, methods=("POST",), keeps=True)
def switch_methods(request: DeskRequest, company_id: int) -> HttpResponse:
    company = get_company_or_404(request, company_id)
    bring_promises_up_to_date(request, company_id)
    done_url = link("company", request.store.slug, company_id)
    form = MethodsForm(request.POST, [method.code for method in facts(request, company)["methods"]])
    if not form.is_valid():
        if is_showing() and not form.errors:
            return _refuse(request, company, "", form)
        return _refuse(request, company, _("The methods have changed meanwhile. Look at them and try again."))
    if not form.wanted():
        return SeeOther(done_url)
    try:
        change = perform(
            SwitchMethods(
                actor=request.actor,
                change_id=form.cleaned_data["change_id"],
                company_id=company_id,
                wanted=form.wanted(),
                seen={code: not on for code, on in form.wanted().items()},
            )
        )
    except Invalid as broken:
        return _refuse(request, company, str(broken), form)
    words = _("Payment methods of %(company)s saved.") % {"company": company}
    response = settled(request, change, words)
    if response is None:
        return _refuse(request, company, change.error, form)
    return response


def _refuse(
    request: DeskRequest, company: Company, reason: str, form: MethodsForm | None = None
) -> HttpResponse:
    """The company's page with the switches as they are by now; where only room or the session was missing, as they
    were set."""
    rows = Invoice.objects.visible_to(request.actor).filter(company_id=company.api_id)
    context = facts(request, company) | {"problem": reason, "change_id": uuid.uuid4()}
    if form is not None and is_showing():
        context["change_id"] = form.cleaned_data["change_id"]
    if form is not None and (request.layout.busy or is_showing()):
        wanted = form.wanted()
        off = {code for code, on in wanted.items() if not on}
        context["switched_on"] = (context["switched_on"] | set(wanted)) - off
    response = answer(request, "companies/page.html", list_page(ITS_INVOICES, request, rows), **context)
    response.status_code = 422
    return response
