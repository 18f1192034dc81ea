"""The form of a store as a seller, with what of its companies' extra fields tells of buyers."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.einvoices.fields import (
    CheckedField,
    ChoiceOf,
    clean_address,
    company_fields,
    countries,
    schemes,
)
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.refusable import Refusable
from arportal.desk.forms.widgets import Input
from arportal.desk.settings.branding_form import PlainField
from arportal.documents.branding.letterheads import branding_of
from arportal.documents.einvoices.identifiers import NotValid, bic, iban, vat_id
from arportal.documents.einvoices.records import ADDRESS, SELLER
from arportal.documents.einvoices.schemes import REGISTERS, SCHEMES
from arportal.documents.models import EInvoiceSeller
from arportal.stores.models import Store

# What stands on e-invoices, and the extra fields of companies that tell of buyers.
FIELDS = (
    "legal_name",
    *ADDRESS,
    *SELLER,
    "vat_field",
    "endpoint_field",
    "endpoint_field_scheme",
    "reference_field",
)


def _plain(label: Any, most: int = 200, hint: Any = "") -> PlainField:
    return PlainField(label, most, Input(), hint)


class SellerForm(Keepable, Refusable):
    based_on = forms.IntegerField(required=False, widget=Input("hidden"))
    legal_name = _plain(_lazy("Legal name"), hint=_lazy("As it is registered."))
    trading_name = _plain(_lazy("Trading name"), hint=_lazy("If customers know it by another one."))
    street = _plain(_lazy("Street"))
    street2 = _plain(_lazy("Street, second line"))
    zip_code = _plain(_lazy("Postcode"), 30)
    city = _plain(_lazy("City"))
    region = _plain(_lazy("Region"), 100)
    country = ChoiceOf(_lazy("Country"), countries, required=True)
    vat_id = CheckedField(_lazy("VAT ID"), 40, vat_id, _lazy("With its country, such as DE123456788."))
    tax_number = _plain(_lazy("Tax number"), 50, _lazy("Of the local tax office, where there is no VAT ID."))
    registration_scheme = ChoiceOf(
        _lazy("Register"), hint=_lazy("None if it is not in the list, as German commercial registers.")
    )
    registration_id = _plain(_lazy("Registration number"), 50)
    endpoint_scheme = ChoiceOf(_lazy("Kind of electronic address"))
    endpoint_id = _plain(
        _lazy("Electronic address"), 254, _lazy("Where answers to e-invoices go: Peppol asks for it.")
    )
    contact_name = _plain(
        _lazy("Contact"), hint=_lazy("A person or a department. XRechnung asks for all three.")
    )
    contact_phone = _plain(_lazy("Phone"), 50)
    contact_email = forms.EmailField(
        label=_lazy("E-mail address"), max_length=254, required=False, widget=Input("email")
    )
    iban = CheckedField("IBAN", 50, iban, _lazy("The account that invoices ask to pay to."))
    bic = CheckedField("BIC", 20, bic, _lazy("May be left empty within Europe."))
    account_name = _plain(_lazy("Account holder"), hint=_lazy("If it is not the legal name."))
    vat_field = ChoiceOf(_lazy("Field with the VAT ID"))
    reference_field = ChoiceOf(
        _lazy("Field with the buyer reference"), hint=_lazy("In Germany the Leitweg-ID of a public buyer.")
    )
    endpoint_field = ChoiceOf(_lazy("Field with the electronic address"))
    endpoint_field_scheme = ChoiceOf(
        _lazy("Kind of address in it"),
        hint=_lazy("For values that do not begin with their own, as 0088:… does."),
    )

    def __init__(self, data: FormData, store: Store, seller: EInvoiceSeller) -> None:
        initial = {name: getattr(seller, name) for name in FIELDS} | {"based_on": seller.pk}
        if seller._state.adding:
            initial["legal_name"] = branding_of(store).name or store.name
        super().__init__(data, initial=initial, use_required_attribute=False)
        self.store = store
        chosen = (seller.vat_field, seller.endpoint_field, seller.reference_field)
        choices: dict[str, Any] = {
            "registration_scheme": schemes(REGISTERS.values()),
            "endpoint_scheme": schemes(SCHEMES.values()),
            "endpoint_field_scheme": schemes(SCHEMES.values()),
            **dict.fromkeys(
                ("vat_field", "endpoint_field", "reference_field"), company_fields(store, *chosen)
            ),
        }
        for name, offered in choices.items():
            field: Any = self.fields[name]
            field.choices = offered

    def clean_legal_name(self) -> str:
        if not (name := self.cleaned_data["legal_name"]):
            raise forms.ValidationError(_("An e-invoice names its seller: enter the legal name."))
        return str(name)

    def clean(self) -> dict[str, Any]:
        super().clean()
        clean_address(self)
        scheme, number = (self.cleaned_data.get(f"registration_{part}", "") for part in ("scheme", "id"))
        if scheme and not number:
            self.add_error("registration_id", _("Enter the number, or choose no register."))
        elif scheme:
            try:
                self.cleaned_data["registration_id"] = REGISTERS[scheme].check(number)
            except NotValid as wrong:
                self.add_error("registration_id", str(wrong))
        return self.cleaned_data

    def seller(self) -> EInvoiceSeller:
        seller = EInvoiceSeller(store=self.store)
        for name in FIELDS:
            setattr(seller, name, self.cleaned_data[name])
        return seller
