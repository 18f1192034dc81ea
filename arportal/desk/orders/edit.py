"""Editing an order."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

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
from arportal.desk.orders.page import company_of, get_order_or_404
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import confirm
from arportal.mirror.models import ExtraField, Order
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.snapshot import Snapshot
from arportal.receivables.orders.edit_order import EditOrder
from arportal.receivables.orders.order_reading import StoreSilent, order_now
from arportal.receivables.orders.orders import values_of
from arportal.stores.access import Permission
from arportal.stores.models import Membership


class OrderForm(ChangeForm):
    """The fields of an order that can be changed. `seen`: the order as it was shown, and when it had last changed."""

    seen = SeenField("order")
    po_number = forms.CharField(label=_lazy("PO number"), max_length=200, required=False, widget=Input())

    def __init__(self, data: FormData, configured: list[ExtraField], order: Order) -> None:
        self.order, self.configured = order, configured
        initial = {"seen": self.sealed(), **self.initial_of(values_of(order))}
        super().__init__(data, of=order.api_id, initial=initial)
        self.fields.update(extra_field_forms.form_fields(configured))

    def sealed(self) -> str:
        changed_at = self.order.updated_at
        shown = values_of(self.order) | {"updated_at": changed_at.isoformat() if changed_at else None}
        return Snapshot("order", self.order.api_id, shown).seal()

    def initial_of(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Form field → what stands in it at first."""
        extra = extra_field_forms.initial_of(self.configured, values["extra_fields"])
        return {"po_number": values["po_number"], **extra}

    def refused(self, broken: Invalid) -> None:
        super().refused(broken)
        if isinstance(broken, Conflict):
            self.order.refresh_from_db()  # As it was read when it was asked for.
            self.take_over(self.initial_of(self.cleaned_data["seen"]), self.initial_of(values_of(self.order)))
            self.again(seen=self.sealed())

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
    context = {"form": form, "order": order, "company": company_of(request, order), "problem": problem}
    return render(request, "orders/edit.html", context, status=form.http_status)
