"""Registering an order of BigCommerce that B2B Edition does not know yet."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms import extra_field_forms
from arportal.desk.forms.change_form import ChangeForm
from arportal.desk.forms.extra_field_forms import extra_fields_of
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.widgets import Input
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import confirm
from arportal.mirror.models import ExtraField
from arportal.receivables.orders.record_order import RecordOrder
from arportal.stores.access import Permission
from arportal.stores.models import Membership


class RecordOrderForm(ChangeForm):
    order_id = forms.IntegerField(
        label=_lazy("Order number"), min_value=1, widget=Input("text", inputmode="numeric")
    )
    customer_id = forms.IntegerField(
        label=_lazy("Buyer"),
        help_text=_lazy("BigCommerce's customer ID; type a name to find it."),
        min_value=1,
        widget=Input("text", list="buyer_names"),
    )
    po_number = forms.CharField(label=_lazy("PO number"), max_length=200, required=False, widget=Input())

    def __init__(self, data: FormData, configured: list[ExtraField]) -> None:
        super().__init__(data, initial=extra_field_forms.initial_of(configured, {}))
        self.fields.update(extra_field_forms.form_fields(configured))

    def verb(self, actor: Membership) -> RecordOrder:
        return RecordOrder(
            actor=actor,
            change_id=self.cleaned_data["change_id"],
            order_id=self.cleaned_data["order_id"],
            customer_id=self.cleaned_data["customer_id"],
            po_number=self.cleaned_data["po_number"],
            extra_fields=extra_field_forms.given(self.cleaned_data),
        )


@page(Permission.EDIT_ORDER, methods=("GET", "HEAD", "POST"), keeps=True)
def order_record(request: DeskRequest) -> HttpResponse:
    form = RecordOrderForm(request.POST or None, extra_fields_of(request.store, "orders"))
    if request.method == "POST" and form.is_valid():
        words = _("Order #%(id)d is registered.") % {"id": form.cleaned_data["order_id"]}
        if response := confirm(request, form, form.verb(request.actor), words):
            return response
    return render(request, "orders/record.html", {"form": form}, status=form.http_status)
