"""Giving a person's orders to their company: whose they were and will be is shown first."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from arportal.desk.forms.change_form import STALE, ChangeForm
from arportal.desk.forms.widgets import Input, options_for
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import confirm
from arportal.mirror.models import Buyer, Company
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.snapshot import NotSealed, Snapshot
from arportal.receivables.changes.verb import Verb
from arportal.receivables.models import Change
from arportal.receivables.orders.convert_orders import Belonging, ConvertOrders, ReassignOrders, belonging
from arportal.stores.access import Permission
from arportal.stores.models import Membership

KIND = "whose orders"
SUGGESTED = 20


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
            seen = Snapshot.unseal(self.cleaned_data["seen"], KIND, self.cleaned_data.get("customer_id", 0))
        except NotSealed:
            return None
        company_id, last_given = seen.values
        return Belonging(company_id, last_given)

    def show(self, buyer: Buyer, now: Belonging) -> None:
        """Seals what the person is shown from here on."""
        seen = Snapshot(KIND, buyer.customer_id or 0, [now.company_id, now.last_given])
        self.data = dict(self.data.items()) | {"seen": seen.seal()}

    def verb(self, actor: Membership, seen: Belonging) -> Verb[Any]:
        change_id, customer_id = self.cleaned_data["change_id"], self.cleaned_data["customer_id"]
        group_id = self.cleaned_data["group_id"]
        if not group_id:
            return ConvertOrders(actor=actor, change_id=change_id, customer_id=customer_id, seen=seen)
        return ReassignOrders(
            actor=actor, change_id=change_id, customer_id=customer_id, group_id=group_id, seen=seen
        )


@page(Permission.EDIT_ORDER, methods=("GET", "HEAD", "POST"), keeps=True)
def orders_convert(request: DeskRequest) -> HttpResponse:
    form = ConvertForm(request.POST or None, initial={"customer_id": request.GET.get("customer")})
    found = preview(request, form) if form.is_bound and form.is_valid() else None
    if found and request.POST.get("confirmed"):
        seen = form.cleaned_data["seen"]
        if seen is None:
            form.refused(Invalid({"": [str(STALE)]}))
        elif response := confirm(request, form, form.verb(request.actor, seen), _assigned):
            return response
    if found:
        form.show(found["buyer"], belonging(request.actor, found["buyer"]))
    return render(request, "orders/convert.html", {"form": form, "preview": found}, status=form.http_status)


@page(Permission.EDIT_ORDER)
def buyer_names(request: DeskRequest) -> HttpResponse:
    """The options of a datalist: the customer ids of buyers whose name or e-mail holds the words typed so far."""
    words = request.GET.get("customer_id", "").replace("\x00", "")
    buyers = Buyer.objects.visible_to(request.actor).exclude(customer_id=None)
    named = buyers.filter(Q(name__folded_contains=words) | Q(email__folded_contains=words)).order_by("name")
    options = ((buyer.customer_id, f"{buyer.name} · {buyer.email}") for buyer in named[:SUGGESTED])
    return render(request, "forms/_options.html", {"options": options_for(options, words)})


def preview(request: DeskRequest, form: ConvertForm) -> dict[str, Any] | None:
    """The buyer and the company that gets their orders; None, with the reason in the form, for somebody who buys
    for no company."""
    buyers = Buyer.objects.visible_to(request.actor).filter(customer_id=form.cleaned_data["customer_id"])
    buyer = buyers.first()
    if buyer is None:
        form.add_error("customer_id", _("No buyer of a company has this customer ID."))
        return None
    company = Company.objects.visible_to(request.actor).filter(api_id=buyer.company_id or 0).first()
    return {"buyer": buyer, "company": company, "group_id": form.cleaned_data["group_id"]}


def _assigned(change: Change) -> str:
    count = change.after.get("orders", 0)
    if not count:
        return _("There were no orders to assign: nothing was changed.")
    words = ngettext(
        "%(count)d order was assigned to the company.",
        "%(count)d orders were assigned to the company.",
        count,
    )
    return words % {"count": count}
