"""Editing an order, recording a fresh one, and giving a person's orders to their company."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arportal.desk.forms.extra_field_forms import extra_fields_of
from arportal.desk.forms.widgets import datalist
from arportal.desk.orders.forms import STALE, ChangeForm, ConvertForm, OrderForm, RecordOrderForm
from arportal.desk.orders.page import get_order_or_404
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import settled
from arportal.mirror.models import Buyer, Company, Order
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.verb import Verb, perform
from arportal.receivables.models import Change
from arportal.receivables.orders.order_companies import Belonging, ConvertOrders, ReassignOrders, belonging
from arportal.receivables.orders.order_reading import StoreSilent, order_now
from arportal.receivables.orders.orders import EditOrder, RecordOrder
from arportal.stores.access import Permission

METHODS = ("GET", "HEAD", "POST")
SUGGESTED = 20


@page(Permission.EDIT_ORDER, methods=METHODS, keeps=True)
def order_edit(request: DeskRequest, order_id: int) -> HttpResponse:
    order, problem = _fresh(request, order_id)
    configured = extra_fields_of(request.store, "orders")
    form = OrderForm(request.POST or None, configured, order)
    context = {"form": form, "order": order, "problem": problem}
    if request.method == "POST" and form.is_valid():
        edit = EditOrder(actor=request.actor, change_id=_id(form), order_id=order_id, **form.asked())
        change = _asked(form, edit)
        if answer := _answered(request, form, change, _("Order #%(id)d saved.") % {"id": order_id}):
            return answer
    return _form(request, "orders/edit.html", form, context)


@page(Permission.EDIT_ORDER, methods=METHODS, keeps=True)
def order_record(request: DeskRequest) -> HttpResponse:
    form = RecordOrderForm(request.POST or None, extra_fields_of(request.store, "orders"))
    if request.method == "POST" and form.is_valid():
        record = RecordOrder(actor=request.actor, change_id=_id(form), **form.asked())
        change = _asked(form, record)
        words = _("Order #%(id)d is registered.") % {"id": record.order_id}
        if answer := _answered(request, form, change, words):
            return answer
    return _form(request, "orders/record.html", form, {})


@page(Permission.EDIT_ORDER, methods=METHODS, keeps=True)
def orders_convert(request: DeskRequest) -> HttpResponse:
    form = ConvertForm(request.POST or None, initial={"customer_id": request.GET.get("customer")})
    found = preview(request, form) if form.is_bound and form.is_valid() else None
    if found and request.POST.get("confirmed"):
        change = _convert(request, form)
        if answer := _answered(request, form, change, _given(change)):
            return answer
    if found:
        form.show(found["buyer"], belonging(request.actor, found["buyer"]))
    return _form(request, "orders/convert.html", form, {"preview": found})


@page(Permission.EDIT_ORDER)
def buyer_names(request: DeskRequest) -> HttpResponse:
    """Options for a datalist: the customer ids of buyers whose name or e-mail holds the words typed so far."""
    words = request.GET.get("customer_id", "").replace("\x00", "")
    buyers = Buyer.objects.visible_to(request.actor).exclude(customer_id=None)
    found = buyers.filter(Q(name__folded_contains=words) | Q(email__folded_contains=words)).order_by("name")
    options = ((each.customer_id, f"{each.name} · {each.email}") for each in found[:SUGGESTED])
    return HttpResponse(datalist(options, words))


def preview(request: DeskRequest, form: ConvertForm) -> dict[str, Any] | None:
    """Whose orders will go where; None, with the reason in the form, for somebody who buys for no company."""
    buyers = Buyer.objects.visible_to(request.actor).filter(customer_id=form.cleaned_data["customer_id"])
    buyer = buyers.first()
    if buyer is None:
        form.add_error("customer_id", _("No buyer of a company has this customer ID."))
        return None
    company = Company.objects.visible_to(request.actor).filter(api_id=buyer.company_id or 0).first()
    return {"buyer": buyer, "company": company, "group_id": form.cleaned_data["group_id"]}


def _convert(request: DeskRequest, form: ConvertForm) -> Change | None:
    customer_id, group_id = form.cleaned_data["customer_id"], form.cleaned_data["group_id"]
    seen: Belonging | None = form.cleaned_data["seen"]
    if seen is None:
        form.refuse({"": [str(STALE)]})
        return None
    if not group_id:
        convert = ConvertOrders(
            actor=request.actor,
            change_id=_id(form),
            customer_id=customer_id,
            seen=seen,
        )
        return _asked(form, convert)
    reassign = ReassignOrders(
        actor=request.actor,
        change_id=_id(form),
        customer_id=customer_id,
        group_id=group_id,
        seen=seen,
    )
    return _asked(form, reassign)


def _given(change: Change | None) -> str:
    count = change.after.get("orders", 0) if change else 0
    if not count:
        return _("There were no orders to assign: nothing was changed.")
    return ngettext(
        "%(count)d order was assigned to the company.",
        "%(count)d orders were assigned to the company.",
        count,
    ) % {"count": count}


def _fresh(request: DeskRequest, order_id: int) -> tuple[Order, str]:
    """The order as the store has it, or as we know it with the reason why it could not be read."""
    known = get_order_or_404(request, order_id)
    if request.method == "POST":
        return known, ""
    try:
        order = order_now(known)
    except StoreSilent as silent:
        return known, str(silent)
    if order is None:
        raise Http404(_("The store no longer has this order."))
    return order, ""


def _id(form: ChangeForm) -> Any:
    return form.cleaned_data["change_id"]


def _asked(form: ChangeForm, verb: Verb[Any]) -> Change | None:
    """None, with the reasons in the form, for what a rule forbids."""
    try:
        return perform(verb)
    except Invalid as broken:
        form.refuse(broken.fields)
        return None


def _answered(
    request: DeskRequest, form: ChangeForm, change: Change | None, words: str
) -> HttpResponse | None:
    """On to the result; None, with the store's reason in the form, for what was refused."""
    if change is None:
        return None
    answer = settled(request, change, words)
    if answer is None:
        form.refuse({"": [change.error]})
    return answer


def _form(request: DeskRequest, template: str, form: ChangeForm, context: dict[str, Any]) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)
