"""Editing an order."""

import datetime as dt

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms import extra_field_forms
from arportal.desk.forms.change_form import ChangeForm, SeenField
from arportal.desk.forms.extra_field_forms import extra_fields_of
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.widgets import Input
from arportal.desk.orders.page import get_order_or_404
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import confirm
from arportal.mirror.models import ExtraField, Order
from arportal.receivables.changes.snapshot import Snapshot
from arportal.receivables.orders.edit_order import EditOrder
from arportal.receivables.orders.order_reading import StoreSilent, order_now
from arportal.receivables.orders.orders import values_of
from arportal.stores.access import Permission
from arportal.stores.models import Membership


class OrderForm(ChangeForm):
    """The fields of an order that can be changed. `seen`: when it had last changed as the form was made."""

    seen = SeenField("order")
    po_number = forms.CharField(label=_lazy("PO number"), max_length=200, required=False, widget=Input())

    def __init__(self, data: FormData, configured: list[ExtraField], order: Order) -> None:
        self.order = order
        now = values_of(order)
        shown_at = {"updated_at": order.updated_at.isoformat() if order.updated_at else None}
        initial = {
            "po_number": now["po_number"],
            "seen": Snapshot("order", order.api_id, shown_at).seal(),
            **extra_field_forms.initial_of(configured, now["extra_fields"]),
        }
        super().__init__(data, of=order.api_id, initial=initial)
        self.fields.update(extra_field_forms.form_fields(configured))

    def verb(self, actor: Membership) -> EditOrder:
        shown_at = self.cleaned_data["seen"]["updated_at"]
        return EditOrder(
            actor=actor,
            change_id=self.cleaned_data["change_id"],
            order_id=self.order.api_id,
            po_number=self.cleaned_data["po_number"],
            extra_fields=extra_field_forms.given(self.cleaned_data),
            shown_at=dt.datetime.fromisoformat(shown_at) if shown_at else None,
        )


@page(Permission.EDIT_ORDER, methods=("GET", "HEAD", "POST"), keeps=True)
def order_edit(request: DeskRequest, order_id: int) -> HttpResponse:
    order = get_order_or_404(request, order_id)
    problem = ""
    if request.method != "POST":
        try:
            fresh = order_now(order)
        except StoreSilent as silent:
            problem = str(silent)  # It is shown as we know it.
        else:
            if fresh is None:
                raise Http404(_("The store no longer has this order."))
            order = fresh
    form = OrderForm(request.POST or None, extra_fields_of(request.store, "orders"), order)
    if request.method == "POST" and form.is_valid():
        words = _("Order #%(id)d saved.") % {"id": order_id}
        if response := confirm(request, form, form.verb(request.actor), words):
            return response
    elif "seen" in form.errors:
        form.again(seen=form.initial["seen"])
    context = {"form": form, "order": order, "problem": problem}
    return render(request, "orders/edit.html", context, status=form.http_status)
