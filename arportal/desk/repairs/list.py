"""The repair queue: what at the store no change of ours accounts for. Nothing is repaired by itself."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from procrastinate.exceptions import AlreadyEnqueued

from arportal.desk.repairs.repair_words import money_of
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.mirror.models import Company
from arportal.receivables import tasks
from arportal.receivables.models import Discrepancy, Reconciliation
from arportal.receivables.reconciliation import repairing
from arportal.stores.access import Permission

SHOWN, SETTLED = 100, 20


@page(Permission.REPAIR)
def repairs(request: DeskRequest) -> HttpResponse:
    rows = repairing.to_repair(request.actor).select_related("change__actor__user")[:SHOWN]
    resolved = Discrepancy.objects.visible_to(request.actor).exclude(resolved_at=None)
    settled = resolved.select_related("change__actor__user", "resolved_by__user").order_by("-resolved_at")
    reconciliations = Reconciliation.objects.filter(store=request.store).order_by("-started_at")
    newest = reconciliations.first()
    context = {
        "rows": rows_of(request, list(rows)),
        "settled": rows_of(request, list(settled[:SETTLED])),
        "last": reconciliations.exclude(finished_at=None).first(),
        "running": newest if newest is not None and newest.finished_at is None else None,
    }
    return render(request, "repairs/_queue.html" if request.htmx else "repairs/page.html", context)


@page(Permission.REPAIR, methods=("POST",))
def reconcile_now(request: DeskRequest) -> HttpResponse:
    try:
        tasks.ask_for_reconciliation(request.store.pk, request.actor.pk)
        messages.success(request, _("It starts within a few seconds."))
    except AlreadyEnqueued:
        messages.info(request, _("One is already waiting to start."))
    return SeeOther(link("repairs", request.store.slug))


def rows_of(request: DeskRequest, discrepancies: list[Discrepancy]) -> list[dict[str, Any]]:
    companies = Company.objects.visible_to(request.actor).by_api_id(each.company_id for each in discrepancies)
    return [
        {"discrepancy": each, "company": companies.get(each.company_id), "money": money_of(each)}
        for each in discrepancies
    ]
