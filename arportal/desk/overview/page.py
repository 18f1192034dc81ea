"""The overview: for each currency what is owed and how it goes, and what waits for somebody."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from arportal.desk.companies.collections import bring_promises_up_to_date
from arportal.desk.overview.figures import of_currency, owed
from arportal.desk.overview.to_dos import to_dos
from arportal.desk.site.links import on_account_link
from arportal.desk.site.pages import DeskRequest, page
from arportal.receivables.allocation.on_the_way import coming
from arportal.receivables.ledger.build import built_ledger
from arportal.receivables.on_account.balances import on_account_totals
from arportal.stores.access import Permission


@page(Permission.READ)
def overview(request: DeskRequest) -> HttpResponse:
    """Without its ledger a store has no figures, and none are shown: zeros would be wrong."""
    if request.session.get("store") != request.store.slug:  # Else every look would write the session.
        request.session["store"] = request.store.slug
    bring_promises_up_to_date(request)
    context = {
        "to_do": [item for item in to_dos(request.actor) if item.count],
        "has_figures": built_ledger(request.store) is not None,
    }
    if context["has_figures"]:
        today = request.store.today(timezone.now())
        known = owed(request.actor, today)
        currency = known.chosen(request.GET.get("currency", ""))
        context |= {"owed": known, "currency": currency, "coming": coming(request.actor).values()}
        context["on_account"] = list(on_account_totals(request.actor).values())
        context["on_account_url"] = on_account_link(request.store.slug)
        if currency:
            context |= of_currency(request.actor, known, currency, today)
    return render(request, "overview/page.html", context)
