"""The forms of orders."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms import extra_field_forms
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.widgets import Input
from arportal.mirror.models import Buyer, ExtraField, Order
from arportal.receivables.orders.order_companies import Belonging
from arportal.receivables.orders.orders import values_of

SALT = "whose orders, as shown"
STALE = _lazy("This form is out of date. Check the order as it is now, then send it again.")


class ChangeForm(Keepable, forms.Form):
    """A form that becomes a Change: its id is born here, so that sent twice it is the same Change."""

    change_id = forms.UUIDField(
        widget=Input("hidden"), initial=uuid.uuid4, error_messages={"invalid": STALE, "required": STALE}
    )

    def __init__(self, data: Any, **more: Any) -> None:
        super().__init__(data, use_required_attribute=False, **more)

    def top_reasons(self) -> list[str]:
        """What stands above the form because it has no visible field."""
        hidden = [reason for field in self.hidden_fields() for reason in field.errors]
        return list(dict.fromkeys([*self.non_field_errors(), *hidden]))

    def refuse(self, reasons: Mapping[str, list[str]]) -> None:
        """Puts each reason beside its field. Sent again, it is to be a new Change."""
        for name, words in reasons.items():
            self.add_error(name if name in self.fields else None, words)
        self.data = {**dict(self.data.items()), "change_id": str(uuid.uuid4())}


class OrderForm(ChangeForm):
    """`shown_at`: when the order had last changed as the form was made."""

    shown_at = forms.FloatField(widget=Input("hidden"), required=False, error_messages={"invalid": STALE})
    po_number = forms.CharField(label=_lazy("PO number"), max_length=200, required=False, widget=Input())

    def __init__(self, data: Any, configured: list[ExtraField], order: Order) -> None:
        now = values_of(order)
        initial = {
            "po_number": now["po_number"],
            "shown_at": order.updated_at.timestamp() if order.updated_at else None,
            **extra_field_forms.initial_of(configured, now["extra_fields"]),
        }
        super().__init__(data, initial=initial)
        self.fields.update(extra_field_forms.form_fields(configured))

    def asked(self) -> dict[str, Any]:
        seconds = self.cleaned_data["shown_at"]
        return {
            "po_number": self.cleaned_data["po_number"],
            "extra_fields": extra_field_forms.given(self.cleaned_data),
            "shown_at": None if seconds is None else dt.datetime.fromtimestamp(seconds, dt.UTC),
        }


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

    def __init__(self, data: Any, configured: list[ExtraField]) -> None:
        super().__init__(data, initial=extra_field_forms.initial_of(configured, {}))
        self.fields.update(extra_field_forms.form_fields(configured))

    def asked(self) -> dict[str, Any]:
        names = ("order_id", "customer_id", "po_number")
        return {
            **{name: self.cleaned_data[name] for name in names},
            "extra_fields": extra_field_forms.given(self.cleaned_data),
        }


class ConvertForm(ChangeForm):
    customer_id = forms.IntegerField(
        label=_lazy("Buyer"),
        help_text=_lazy("BigCommerce's customer ID; type a name to find it."),
        min_value=1,
        widget=Input("text", list="buyer_names"),
    )
    group_id = forms.IntegerField(
        label=_lazy("Customer group"),
        help_text=_lazy(
            "Only for stores with the older, dependent companies: assigns all orders to that group's company."
        ),
        min_value=1,
        required=False,
        widget=Input("text", inputmode="numeric"),
    )
    # Whose the orders were as the preview showed it, sealed; there is none before the first preview.
    seen = forms.CharField(required=False, widget=Input("hidden"))

    def clean_seen(self) -> Belonging | None:
        """None when it is missing, not ours, or about another buyer."""
        try:
            customer_id, company_id, last = signing.loads(self.cleaned_data["seen"], salt=SALT)
        except signing.BadSignature:
            return None
        return Belonging(company_id, last) if customer_id == self.cleaned_data.get("customer_id") else None

    def show(self, buyer: Buyer, now: Belonging) -> None:
        """From here on this is what the person has seen."""
        seen = signing.dumps([buyer.customer_id, now.company_id, now.last_given], salt=SALT)
        self.data = {**dict(self.data.items()), "seen": seen}
