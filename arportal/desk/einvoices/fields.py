"""Fields of the forms about e-invoices: numbers that are checked as their issuers say, countries, schemes, taxes."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pycountry
from babel import Locale
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.format.formats import formatter
from arportal.desk.forms.amount_fields import FigureField
from arportal.desk.forms.extra_field_forms import extra_fields_of
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.settings.branding_form import PlainField
from arportal.documents.einvoices.facts import Tax
from arportal.documents.einvoices.identifiers import NotValid
from arportal.documents.einvoices.schemes import Scheme, split_address
from arportal.documents.einvoices.taxes import CATEGORIES, EXEMPTIONS, WrongTax, checked_tax
from arportal.stores.models import Store

NONE = ("", "")
# The element of the page that lists the reasons of exemption.
REASONS = "exemptions"


class CheckedField(PlainField):
    """A number that `check` reads, in the form in which it is sent; it may be left empty."""

    def __init__(self, label: Any, most: int, check: Callable[[str], str], hint: Any = "") -> None:
        super().__init__(label, most, Input(), hint)
        self.check = check

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        try:
            return self.check(text) if text else ""
        except NotValid as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


class ChoiceOf(forms.ChoiceField):
    """A choice that may be left empty, unless it is `required`."""

    def __init__(self, label: Any, choices: Any = (), *, required: bool = False, hint: Any = "") -> None:
        super().__init__(label=label, choices=choices, required=required, widget=Select(), help_text=hint)


def countries() -> list[tuple[str, str]]:
    """Code and name of every country, by name in the language of the page; first none."""
    names = Locale.parse(get_language() or "en", sep="-").territories
    codes = (country.alpha_2 for country in pycountry.countries)
    named = [(code, str(names.get(code, code))) for code in codes]
    named.sort(key=lambda choice: choice[1])
    return [NONE, *named]


def schemes(of: Iterable[Scheme]) -> list[tuple[str, str]]:
    return [NONE] + [(scheme.code, str(scheme)) for scheme in of]


def company_fields(store: Store, *chosen: str) -> list[tuple[str, str]]:
    """The extra fields of companies; with those that were chosen, though the store may have them no longer."""
    fields = {
        field.name: str(field.raw.get("labelName") or field.name)
        for field in extra_fields_of(store, "companies")
    }
    gone = {name: _("%(name)s (no longer there)") % {"name": name} for name in chosen if name not in fields}
    return [("", _("none"))] + [choice for choice in (fields | gone).items() if choice[0]]


def clean_address(form: forms.Form) -> None:
    """Reads `endpoint_id` with `endpoint_scheme`; puts what is wrong beside them."""
    scheme, text = form.cleaned_data.get("endpoint_scheme", ""), form.cleaned_data.get("endpoint_id", "")
    if not text:
        if scheme:
            form.add_error("endpoint_id", _("Enter the address, or choose no scheme."))
        return
    try:
        form.cleaned_data["endpoint_scheme"], form.cleaned_data["endpoint_id"] = split_address(text, scheme)
    except NotValid as wrong:
        form.add_error("endpoint_id", str(wrong))


@dataclass(frozen=True, slots=True)
class TaxFields:
    """Three fields of a form that together say a tax, or none; `name` is what theirs begin with."""

    form: forms.Form
    name: str

    @property
    def bound(self) -> Iterator[forms.BoundField]:
        return (self.form[f"{self.name}-{part}"] for part in ("category", "rate", "reason"))

    def add(self, tax: Tax | None, none: Any) -> None:
        """`none`: what it means that no category is chosen."""
        choices = [("", none)] + [(code, f"{words} ({code})") for code, words in CATEGORIES.items()]
        rate = FigureField(
            label=_lazy("Rate in %"), decimals=2, required=False, widget=Input(inputmode="decimal", size=6)
        )
        reason = PlainField(_lazy("Reason, if exempt"), 300, Input(list=REASONS))
        self.form.fields[f"{self.name}-category"] = ChoiceOf(_lazy("Tax"), choices)
        self.form.fields[f"{self.name}-rate"] = rate
        self.form.fields[f"{self.name}-reason"] = reason
        if tax is not None:
            self.form.initial[f"{self.name}-category"] = tax.category
            self.form.initial[f"{self.name}-rate"] = formatter().number(tax.rate) if tax.rate else ""
            self.form.initial[f"{self.name}-reason"] = reason_words(tax)

    def tax(self) -> Tax | None:
        """The tax as it was entered; what is wrong with it stands beside its field, and it is None then."""
        category: str = self.form.cleaned_data.get(f"{self.name}-category", "")
        rate: Decimal | None = self.form.cleaned_data.get(f"{self.name}-rate")
        text: str = self.form.cleaned_data.get(f"{self.name}-reason", "")
        if not category:
            return None
        # What the page hides for this category is not meant.
        rate = rate if category == "S" else None
        text = "" if category in "SZ" else text
        code = text.split(" ", 1)[0].upper()
        try:
            return (
                checked_tax(category, rate, code, "")
                if code in EXEMPTIONS
                else checked_tax(category, rate, "", text)
            )
        except WrongTax as wrong:
            part = "reason" if wrong.part == "reason_code" else wrong.part
            if f"{self.name}-{part}" not in self.form.errors:
                self.form.add_error(f"{self.name}-{part}", str(wrong))
            return None


def reason_words(tax: Tax) -> str:
    """The reason as a field shows it; "" where the category says it all."""
    if tax.reason_code in EXEMPTIONS:
        return f"{tax.reason_code} {EXEMPTIONS[tax.reason_code]}"
    return tax.reason


def exemptions() -> list[str]:
    """Suggestions for the field of a reason."""
    return [f"{code} {words}" for code, words in EXEMPTIONS.items()]
