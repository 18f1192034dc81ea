"""The page of a reminder plan: the form, and who saved it when."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from arportal.desk.collections.plan_form import PlanForm
from arportal.desk.collections.reminders import plan_words
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.collections.plans import PLACES, plan_of, save_plan
from arportal.receivables.metrics.debtors import currencies
from arportal.receivables.models import ReminderPlan
from arportal.stores.access import Permission

SHOWN = 20


@page(Permission.EDIT_MAIL_TEXTS, methods=("GET", "HEAD", "POST"), keeps=True)
def reminder_plan(request: DeskRequest, currency: str) -> HttpResponse:
    plan = plan_of(request.store, currency)
    if plan is None and currency not in currencies(request.actor):
        raise Http404(_("Nothing was ever owed in this currency."))
    form = PlanForm(request.POST or None, currency, plan)
    if form.is_valid():
        try:
            save_plan(
                request.actor,
                currency,
                is_on=form.cleaned_data["is_on"],
                hour=form.cleaned_data["hour"],
                levels=form.wanted(),
            )
        except Invalid as broken:
            form.refuse(broken)
        else:
            messages.success(request, _("Saved."))
            return SeeOther(link("reminders", request.store.slug))
    saved = ReminderPlan.objects.filter(store=request.store, currency=currency).select_related(
        "saved_by__user"
    )
    context = {
        "form": form,
        "currency": currency,
        "places": [(f"{{{name}}}", words) for name, words in PLACES.items()],
        "history": [(row, plan_words(row)) for row in saved.order_by("-id")[:SHOWN]],
    }
    return render(request, "collections/plan.html", context, status=422 if form.errors else 200)
