"""One order: what was ordered, whose it is, and its invoice."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.b2b import OrderProduct
from arportal.desk.site.history import Entry, latest
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror.models import Company, Invoice, Order
from arportal.receivables.models import Change
from arportal.receivables.orders.order_reading import StoreSilent, products_of
from arportal.stores.access import Permission, may

Verb = Change.Verb
OF_ORDERS = (Verb.RECORD_ORDER, Verb.EDIT_ORDER)


@page(Permission.READ)
def order(request: DeskRequest, order_id: int) -> HttpResponse:
    return render(request, "orders/page.html", order_facts(request, get_order_or_404(request, order_id)))


@page(Permission.READ)
def order_products(request: DeskRequest, order_id: int) -> HttpResponse:
    """The products of the order, read from the store when nobody has looked of late; a fragment of its page."""
    order = get_order_or_404(request, order_id)
    context = order_facts(request, order)
    try:
        read = products_of(order, timezone.now())
        context["read"] = read
        context["products"] = [OrderProduct.parse(product) for product in read.raw]
    except StoreSilent as silent:
        context["problem"] = str(silent)
    return render(request, "orders/_products.html" if request.htmx else "orders/page.html", context)


def get_order_or_404(request: DeskRequest, order_id: int) -> Order:
    order = Order.objects.visible_to(request.actor).filter(api_id=order_id).first()
    if order is None:
        raise Http404(_("There is no such order."))
    return order


def company_of(request: DeskRequest, order: Order) -> Company | None:
    """The company that placed the order; None for a guest's."""
    return Company.objects.visible_to(request.actor).filter(api_id=order.company_id or 0).first()


def order_facts(request: DeskRequest, order: Order) -> dict[str, Any]:
    """The context of the pages that show an order."""
    actor = request.actor
    invoices = Invoice.objects.visible_to(actor).filter(order_number=str(order.api_id))
    mine = Q(verb__in=OF_ORDERS, target_id=order.api_id)
    invoicing = Q(verb=Verb.INVOICE_ORDER, payload__order_id=order.api_id)
    changes = Change.objects.visible_to(actor).filter(mine | invoicing)
    return {
        "order": order,
        "company": company_of(request, order),
        "invoice": invoices.order_by("-api_id").first(),
        "extra": order.raw.get("extraFields") or [],
        "history": [Entry(change, []) for change in latest(changes)],
        "may_edit": may(actor, Permission.EDIT_ORDER),
        "may_invoice": may(actor, Permission.EDIT_INVOICE) and order.can_be_invoiced,
    }
