"""The people who buy for a company: adding, editing and removing them."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal import b2b
from arportal.desk.administration.set_values import METHODS, read_first, show
from arportal.desk.administration.values_form import (
    SeenForm,
    ValuesForm,
    add_extra_fields,
    given_extra,
    initial_of_extra,
)
from arportal.desk.companies.page import get_company_or_404
from arportal.desk.format.statuses import BUYER_ROLE_WORDS
from arportal.desk.forms.change_form import ChangeForm, ReasonField
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror.api.refresh import refresh_buyer
from arportal.mirror.models import Buyer, Channel, Company
from arportal.receivables.companies.add_buyer import AddBuyer
from arportal.receivables.companies.edit_buyer import EditBuyer
from arportal.receivables.companies.remove_buyer import RemoveBuyer, guarded, is_last_admin
from arportal.receivables.companies.set_values import Values
from arportal.stores.access import Permission
from arportal.stores.models import Membership


class PersonFields(forms.Form):
    first_name = forms.CharField(label=_lazy("First name"), max_length=150, widget=Input())
    last_name = forms.CharField(label=_lazy("Last name"), max_length=150, widget=Input())
    phone = forms.CharField(label=_lazy("Phone"), required=False, max_length=150, widget=Input("tel"))
    role = forms.TypedChoiceField(
        label=_lazy("Role"), coerce=int, choices=list(BUYER_ROLE_WORDS.items()), widget=Select
    )

    def given(self, seen: Values) -> Values:
        own = {name: self.cleaned_data[name] for name in ("first_name", "last_name", "phone", "role")}
        return own | given_extra(self.cleaned_data, seen)


class EditForm(PersonFields, ValuesForm):
    verb = EditBuyer
    title = _lazy("Person who buys")

    def initial_of(self, known: Values) -> Mapping[str, Any]:
        return initial_of_extra(known)

    def complete(self, known: Values) -> None:
        add_extra_fields(self, self.row.store, "users")

    def wanted(self) -> Values:
        return self.given(self.cleaned_data["seen"])


class AddForm(PersonFields, ChangeForm):
    title = _lazy("Add a person who buys")
    hint: ClassVar[str | Promise] = _lazy(
        "The person can sign in at the store and buy for the company. Orders they have placed as a private customer "
        "with this e-mail address become the company's."
    )
    button = _lazy("Add")

    email = forms.EmailField(label=_lazy("E-mail"), max_length=150, widget=Input("email"))
    channels = forms.TypedMultipleChoiceField(
        label=_lazy("Storefronts"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
    )
    reason = ReasonField()

    def __init__(self, data: FormData, actor: Membership, company: Company) -> None:
        self.actor, self.company = actor, company
        storefronts = Channel.objects.filter(store=actor.store, gone_at=None).order_by("name", "api_id")
        choices = [(channel.api_id, str(channel)) for channel in storefronts]
        super().__init__(data, initial={"channels": [api_id for api_id, _name in choices]})
        channels: Any = self.fields["channels"]
        channels.choices = choices
        if len(choices) < 2:
            channels.widget = channels.hidden_widget()
        add_extra_fields(self, actor.store, "users")
        own = (name for name in self.fields if name not in ("email", "channels", "reason"))
        self.order_fields(["email", *own, "channels", "reason"])

    def filled(self) -> AddBuyer:
        return AddBuyer(
            actor=self.actor,
            change_id=self.cleaned_data["change_id"],
            company_id=self.company.api_id,
            wanted={"email": self.cleaned_data["email"], **self.given({})},
            channel_ids=self.cleaned_data["channels"],
            reason=self.cleaned_data["reason"],
        )

    def done(self, company: Company) -> str:
        return _("%(email)s added to %(company)s.") % {
            "email": self.cleaned_data["email"],
            "company": company,
        }


class RemoveForm(SeenForm):
    verb = RemoveBuyer
    title = _lazy("Remove a person who buys")
    button = _lazy("Remove")

    @property
    def hint(self) -> str:
        words = _("%(person)s can no longer buy for the company. Orders and invoices stay as they are.")
        told = words % {"person": self.row}
        if not (isinstance(self.row, Buyer) and is_last_admin(self.row)):
            return told
        return _("%(told)s Nobody else is an admin of it: it may be unable to do business.") % {"told": told}

    def filled(self) -> RemoveBuyer:
        return RemoveBuyer(
            actor=self.actor,
            change_id=self.cleaned_data["change_id"],
            user_id=self.row.api_id,
            seen=self.cleaned_data["seen"],
            reason=self.cleaned_data["reason"],
        )

    def done(self, company: Company) -> str:
        return _("%(person)s removed from %(company)s.") % {"person": self.row, "company": company}


@page(Permission.ADMINISTER_COMPANY, methods=METHODS, keeps=True)
def add_buyer(request: DeskRequest, company_id: int) -> HttpResponse:
    company = get_company_or_404(request, company_id)
    form = AddForm(request.POST or None, request.actor, company)
    return show(request, company, company, form)


@page(Permission.ADMINISTER_COMPANY, methods=METHODS, keeps=True)
def edit_buyer(request: DeskRequest, company_id: int, user_id: int) -> HttpResponse:
    company = get_company_or_404(request, company_id)
    buyer, problem = _fresh_buyer(request, company_id, user_id)
    form = EditForm(request.POST or None, request.actor, buyer, EditBuyer.known(buyer) or {})
    return show(request, company, buyer, form, problem=problem)


@page(Permission.ADMINISTER_COMPANY, methods=METHODS, keeps=True)
def remove_buyer(request: DeskRequest, company_id: int, user_id: int) -> HttpResponse:
    company = get_company_or_404(request, company_id)
    buyer, problem = _fresh_buyer(request, company_id, user_id)
    form = RemoveForm(request.POST or None, request.actor, buyer, guarded(b2b.User.parse(buyer.raw)))
    return show(request, company, buyer, form, problem=problem)


def _fresh_buyer(request: DeskRequest, company_id: int, user_id: int) -> tuple[Buyer, str]:
    def find() -> Buyer:
        buyers = Buyer.objects.visible_to(request.actor).filter(company_id=company_id, api_id=user_id)
        if buyer := buyers.first():
            return buyer
        raise Http404(_("The company has no such buyer."))

    return read_first(request, refresh_buyer, find)
