"""Putting a company's credit on hold, and releasing it: what it does is said first, and a reason is asked for."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from arportal.desk.companies.page import get_company_or_404
from arportal.desk.forms.change_form import ChangeForm, ReasonField
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import confirm
from arportal.mirror.models import Company, CreditTerms
from arportal.receivables.companies.set_credit_hold import SetCreditHold
from arportal.stores.access import Permission

METHODS = ("GET", "HEAD", "POST")


class CreditHoldForm(ChangeForm):
    reason = ReasonField()


@page(Permission.HOLD_CREDIT, methods=METHODS, keeps=True)
def hold_credit(request: DeskRequest, company_id: int) -> HttpResponse:
    return _set_credit_hold(request, company_id, is_on_hold=True)


@page(Permission.HOLD_CREDIT, methods=METHODS, keeps=True)
def release_credit(request: DeskRequest, company_id: int) -> HttpResponse:
    return _set_credit_hold(request, company_id, is_on_hold=False)


def _set_credit_hold(request: DeskRequest, company_id: int, *, is_on_hold: bool) -> HttpResponse:
    company = get_company_or_404(request, company_id)
    form = CreditHoldForm(request.POST or None)
    if form.is_valid() and (response := _sent(request, company, form, is_on_hold)):
        return response
    # Only now: what was sent may have read it afresh.
    terms = CreditTerms.objects.visible_to(request.actor).filter(api_id=company_id).first()
    if not form.is_bound and not (terms and terms.can_be_held and terms.is_on_hold != is_on_hold):
        return HttpResponseRedirect(link("company", request.store.slug, company_id))
    context = {"company": company, "terms": terms, "form": form, "is_on_hold": is_on_hold}
    return render(request, "companies/set_credit_hold.html", context, status=form.http_status)


def _sent(
    request: DeskRequest, company: Company, form: CreditHoldForm, is_on_hold: bool
) -> HttpResponse | None:
    """None, with the reasons in the form, for what was refused."""
    verb = SetCreditHold(
        actor=request.actor,
        change_id=form.cleaned_data["change_id"],
        company_id=company.api_id,
        is_on_hold=is_on_hold,
        reason=form.cleaned_data["reason"],
    )
    words = _("Credit of %(company)s is on hold.") if is_on_hold else _("Credit of %(company)s is released.")
    try:
        return confirm(request, form, verb, words % {"company": company})
    except CreditTerms.DoesNotExist:
        raise Http404(_("Nothing is known of this company's credit.")) from None
