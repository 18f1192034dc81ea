"""The exchange rates of a store: those typed in, and the form for more."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.desk.forms.form_data import FormData
from arportal.desk.settings.rates_form import RatesForm
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.receivables.ageing.ageing import AsOf
from arportal.receivables.ageing.rates import rates_as_of, set_rates
from arportal.receivables.metrics.debtors import currencies
from arportal.receivables.models import ExchangeRate
from arportal.stores.access import Permission, may

SHOWN = 100


@page(Permission.READ)
def rates(request: DeskRequest) -> HttpResponse:
    return render(request, "settings/rates.html", _context(request, _form(request, None)))


@page(Permission.SET_RATES, methods=("POST",), keeps=True)
def save(request: DeskRequest) -> HttpResponse:
    form = _form(request, request.POST)
    if not form.is_valid():
        return render(request, "settings/rates.html", _context(request, form), status=422)
    set_rates(request.actor, form.cleaned_data["day"], form.rates())
    messages.success(request, _("Saved."))
    return SeeOther(link("rates", request.store.slug))


def _form(request: DeskRequest, data: FormData) -> RatesForm:
    own, today = request.store.currency, request.store.today(timezone.now())
    others = [currency for currency in currencies(request.actor) if currency != own]
    return RatesForm(data, own, others, rates_as_of(request.actor, AsOf(today, today)), today)


def _context(request: DeskRequest, form: RatesForm) -> dict[str, Any]:
    typed = ExchangeRate.objects.filter(store=request.store).select_related("actor__user")
    return {
        "form": form,
        "may_set": may(request.actor, Permission.SET_RATES),
        "typed": list(typed.order_by("-pk")[:SHOWN]),
    }
