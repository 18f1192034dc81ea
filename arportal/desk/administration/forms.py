"""The forms by which an admin sets values of a company: see receivables/companies/set_values.py."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from arportal.b2b import CompanyStatus, minor_digits, plain
from arportal.b2b.credit import TERMS_DAYS
from arportal.b2b.values.currencies import CURRENCIES
from arportal.desk.administration.company_field import CompanyField
from arportal.desk.administration.values_form import (
    ValuesForm,
    add_extra_fields,
    given_extra,
    initial_of_extra,
)
from arportal.desk.format.formats import formatter
from arportal.desk.forms.amount_fields import FigureField
from arportal.desk.forms.ticks import Tick
from arportal.desk.forms.widgets import Input, Select
from arportal.receivables.companies.edit_company import ADDRESS, CONTACT, EditCompany
from arportal.receivables.companies.set_company_status import WAYS, SetCompanyStatus
from arportal.receivables.companies.set_credit import SetCredit
from arportal.receivables.companies.set_parent import SetParent
from arportal.receivables.companies.set_terms import SetTerms
from arportal.receivables.companies.set_values import Values

MOVES: dict[int, Promise] = {
    CompanyStatus.APPROVED: _lazy("Approve: it can sign in and buy"),
    CompanyStatus.REJECTED: _lazy("Reject: it cannot buy"),
    CompanyStatus.INACTIVE: _lazy("Deactivate: its people can no longer buy for it"),
}


class CreditForm(ValuesForm):
    verb = SetCredit
    title = _lazy("Credit")
    hint = _lazy("No balance changes: what is available is a figure of the store's own.")

    credit_enabled = Tick(_lazy("The company buys on credit"))
    available_credit = FigureField(
        label=_lazy("Available credit"),
        decimals=4,
        smallest=Decimal(0),
        required=False,
        widget=Input(inputmode="decimal"),
    )
    credit_currency = forms.CharField(
        label=_lazy("Currency"), required=False, max_length=3, widget=Input(size=4)
    )
    limits_purchases = Tick(_lazy("Purchases above what is available are stopped"))

    def initial_of(self, known: Values) -> Mapping[str, Any]:
        told = known.get("available_credit")
        return known | {
            "available_credit": "" if told is None else formatter().number(Decimal(told)),
            "credit_currency": known.get("credit_currency") or self.row.store.currency,
        }

    def complete(self, known: Values) -> None:
        amount: Any = self.fields["available_credit"]
        named = self.data.get("credit_currency", "").strip().upper()
        amount.currency = named if named in CURRENCIES else self.row.store.currency

    def clean_credit_currency(self) -> str:
        code: str = self.cleaned_data["credit_currency"].strip().upper()
        if code and code not in CURRENCIES:
            raise forms.ValidationError(_("Write a currency as its three letters: USD, EUR, JPY."))
        return code

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        amount, code = cleaned.get("available_credit"), cleaned.get("credit_currency")
        if amount is not None and not code and "credit_currency" not in self.errors:
            self.add_error("credit_currency", _("Say which currency this is."))
        if amount is not None and code and amount != round(amount, minor_digits(code)):
            self.add_error("available_credit", _("%(currency)s has fewer decimals.") % {"currency": code})
        return cleaned

    def wanted(self) -> Values:
        cleaned = self.cleaned_data
        if not cleaned["credit_enabled"]:
            return {"credit_enabled": False}
        wanted = {"credit_enabled": True, "limits_purchases": cleaned["limits_purchases"]}
        # Left empty, what is available stays as it is.
        if cleaned["available_credit"] is not None:
            wanted["available_credit"] = plain(cleaned["available_credit"])
            wanted["credit_currency"] = cleaned["credit_currency"]
        return wanted


class TermsForm(ValuesForm):
    verb = SetTerms
    title = _lazy("Payment terms")
    hint = _lazy("New invoices fall due by these. Invoices that are there already keep their due dates.")

    own_terms_days = forms.TypedChoiceField(
        label=_lazy("Payment terms"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=Select,
    )

    def initial_of(self, known: Values) -> Mapping[str, Any]:
        days = known.get("own_terms_days")
        return {"own_terms_days": "" if days is None else days}

    def complete(self, known: Values) -> None:
        days: Any = self.fields["own_terms_days"]
        days.choices = terms_choices()

    def wanted(self) -> Values:
        return {"own_terms_days": self.cleaned_data["own_terms_days"]}


class StatusForm(ValuesForm):
    verb = SetCompanyStatus
    title = _lazy("Status")
    hint = _lazy("What is open stays due whatever the status is.")

    status = forms.TypedChoiceField(label=_lazy("What to do"), coerce=int, widget=Select)

    def initial_of(self, known: Values) -> Mapping[str, Any]:
        return {}

    def complete(self, known: Values) -> None:
        status: Any = self.fields["status"]
        status.choices = [(int(way), MOVES[way]) for way in WAYS.get(known["status"], ())]

    def wanted(self) -> Values:
        return {"status": self.cleaned_data["status"]}


class ParentForm(ValuesForm):
    """Named `company` is the one above: the page of suggestions reads that name."""

    verb = SetParent
    title = _lazy("Place in the hierarchy")
    hint = _lazy("Members restricted to a company and its subsidiaries see what is below it from then on.")

    company = CompanyField(
        label=_lazy("Parent company"),
        help_text=_lazy("Its name or its ID. Leave it empty to let the company stand alone."),
    )

    def initial_of(self, known: Values) -> Mapping[str, Any]:
        return {"company": known.get("parent_id") or ""}

    def complete(self, known: Values) -> None:
        company: Any = self.fields["company"]
        company.offer_to(self.actor)

    def wanted(self) -> Values:
        return {"parent_id": self.cleaned_data["company"]}

    def refuse(self, reasons: Mapping[str, list[str]]) -> None:
        super().refuse({"company" if name == "parent_id" else name: words for name, words in reasons.items()})


class ContactForm(ValuesForm):
    verb = EditCompany
    title = _lazy("Contact, address and own fields")

    email = forms.EmailField(label=_lazy("E-mail"), required=False, max_length=200, widget=Input("email"))
    phone = forms.CharField(label=_lazy("Phone"), required=False, max_length=50, widget=Input("tel"))
    address_line1 = forms.CharField(label=_lazy("Address"), required=False, max_length=200, widget=Input())
    address_line2 = forms.CharField(
        label=_lazy("Address, second line"), required=False, max_length=200, widget=Input()
    )
    city = forms.CharField(label=_lazy("City"), required=False, max_length=100, widget=Input())
    state = forms.CharField(label=_lazy("State or province"), required=False, max_length=50, widget=Input())
    zip_code = forms.CharField(label=_lazy("Postal code"), required=False, max_length=50, widget=Input())
    country = forms.CharField(label=_lazy("Country"), required=False, max_length=200, widget=Input())

    def initial_of(self, known: Values) -> Mapping[str, Any]:
        return initial_of_extra(known)

    def complete(self, known: Values) -> None:
        add_extra_fields(self, self.row.store, "companies")

    def wanted(self) -> Values:
        own = {name: self.cleaned_data[name] for name in (*CONTACT, *ADDRESS)}
        return own | given_extra(self.cleaned_data, self.cleaned_data["seen"])


def in_days(days: int) -> str:
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


def terms_choices() -> list[tuple[int | str, str]]:
    """The store's own terms, or so many days."""
    choices: list[tuple[int | str, str]] = [("", _("The store's own"))]
    choices.extend((days, in_days(days)) for days in TERMS_DAYS)
    return choices
