"""The queue of payments by status."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.lists import downloads
from arportal.desk.lists.list_page import answer, list_page
from arportal.desk.lists.lists import Action, List, ListQuery, viewer_of
from arportal.desk.lists.tables import Pick
from arportal.desk.payments.batch import running
from arportal.desk.payments.columns import AMOUNT, COLUMNS, add_changes
from arportal.desk.payments.filter import PaymentFilter
from arportal.desk.payments.tabs import tabs
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror.models import Payment
from arportal.stores.access import Permission
from arportal.stores.models import Membership

PAYMENTS = List(
    name="payments",
    columns=COLUMNS,
    filter=PaymentFilter,
    rows=lambda actor: Payment.objects.visible_to(actor),
    sort="-recorded",
    caption=_lazy("Payments"),
    empty=_lazy("No payments here"),
    reads=(
        "company_id",
        "company_name",
        "payer_name",
        "created_at",
        "updated_at",
        "module_name",
        "currency",
        "total",
        "processing_status",
        "applied_status",
        "allowed_statuses",
    ),
    pick=Pick("payment", Permission.READ, lambda payment: True, adds=AMOUNT),
    prepare=add_changes,
    exports=True,
    actions=(Action("move_payments", _lazy("Move…"), "arrow-right-left", Permission.MOVE_PAYMENT),),
)
export = downloads.of(PAYMENTS)


@page(Permission.READ)
def payments(request: DeskRequest) -> HttpResponse:
    listed = list_page(PAYMENTS, request)
    context = above(request.actor, listed)
    response = answer(request, "payments/list.html", listed, **context)
    if request.htmx.target == "list" and not request.htmx.history_restore_request:
        # The tabs stand outside the list: they count what the filter says now.
        response.write(render_to_string("payments/_tabs.html", context | {"is_apart": True}, request))
    return response


@page(Permission.READ)
def payment_tabs(request: DeskRequest) -> HttpResponse:
    """The tabs alone, as they count now."""
    list_query = ListQuery(PAYMENTS, request.GET, viewer_of(request))
    return render(request, "payments/_tabs.html", above(request.actor, list_query))


def above(actor: Membership, list_query: ListQuery) -> dict[str, Any]:
    """The context of what stands above the list: the tabs, where they are read again, and moves under way."""
    url = f"{link('payment_tabs', actor.store.slug)}?{list_query.query}"
    return {"tabs": list(tabs(list_query)), "tabs_url": url, "running": running(actor)}
