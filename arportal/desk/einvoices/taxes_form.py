"""The form of a store's tax rules: rows for the cost lines, countries and fields of lines that it really has."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.einvoices.fields import ChoiceOf, TaxFields, countries
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.refusable import Refusable
from arportal.desk.forms.widgets import Input
from arportal.documents.einvoices.facts import Role, Tax, folded
from arportal.documents.einvoices.seen import Seen, SeenCost
from arportal.documents.einvoices.taxes import kept, tax_of
from arportal.documents.models import EInvoiceTaxes

# So many rows of each kind: more would be beyond what a person reads, and what a form may send.
MOST = 60
LONGEST_KEY = 500
ROLES = [
    ("", _lazy("Not said: no e-invoice with it")),
    (Role.TAX.value, _lazy("Tax")),
    (Role.CHARGE.value, _lazy("Charge, on top of the goods")),
    (Role.DISCOUNT.value, _lazy("Discount, off the goods")),
    (Role.SUBTOTAL.value, _lazy("Subtotal: compared, not sent")),
]
BY_COUNTRY = _lazy("By the buyer's country")
LIKE_GOODS = _lazy("As goods, or by country")


@dataclass(slots=True)
class TaxRow:
    """A row: what it is about, and its tax. `title` is for people; `seen` and `role` are a cost line's."""

    key: forms.BoundField
    title: str
    tax: TaxFields
    seen: SeenCost | None = None
    count: int = 0
    role: forms.BoundField | None = None
    is_suggested: bool = False
    is_open: bool = False


class TaxesForm(Keepable, Refusable):
    based_on = forms.IntegerField(required=False, widget=Input("hidden"))
    line_field = ChoiceOf(
        _lazy("Field of lines that tells their tax"),
        hint=_lazy("Where an invoice bears several taxes. Save to see its values below."),
    )

    def __init__(self, data: FormData, saved: EInvoiceTaxes, seen: Seen, buyers: Counter[str]) -> None:
        initial = {"based_on": saved.pk, "line_field": saved.line_field}
        super().__init__(data, initial=initial, use_required_attribute=False)
        self.saved, self.seen, self.buyers = saved, seen, buyers
        line_field: Any = self.fields["line_field"]
        names = sorted({*seen.fields, saved.line_field} - {""})
        line_field.choices = [("", _("none")), *((name, name) for name in names)]
        written = [line["description"] for line in saved.cost_lines]
        unsaved = seen.costs.keys() - {folded(description) for description in written}
        written += [cost.description for key, cost in seen.costs.items() if key in unsaved]
        self.costs = [self._cost(number, key) for number, key in enumerate(self._keys("cost", written))]
        known = {*saved.countries, *buyers}
        keys = [
            *sorted(saved.countries),
            *(code for code, _n in buyers.most_common() if code not in saved.countries),
        ]
        self.countries = [
            self._country(number, key, key in known)
            for number, key in enumerate(self._keys("country", [*keys[: MOST - 1], ""]))
        ]
        values = seen.fields.get(saved.line_field, Counter())
        keys = [
            *saved.line_taxes,
            *(value for value, _n in values.most_common() if value not in saved.line_taxes),
        ]
        self.values = [
            self._row(
                "value", number, key, key or _("(empty)"), tax_of(saved.line_taxes.get(key)), _("Not said")
            )
            for number, key in enumerate(self._keys("value", keys))
        ]
        for row in self.values:
            row.count = values[row.title]
        self.without = TaxFields(self, "without")
        self.without.add(tax_of(saved.without_tax), BY_COUNTRY)

    def clean(self) -> dict[str, Any]:
        """Reads the taxes, too: what is wrong with one stands beside its field."""
        super().clean()
        self._costs = list(self._read_costs())
        self._countries = self._read(self.countries, _("This country is there already."))
        self._values = self._read(self.values, _("This value is there already."))
        self._without = self.without.tax()
        if self._without is not None and self._without.rate:
            self.add_error("without-category", _("An invoice without a tax line is not taxed at a rate."))
        return self.cleaned_data

    def taxes(self) -> EInvoiceTaxes:
        without = self._without
        return EInvoiceTaxes(
            store=self.saved.store,
            cost_lines=self._costs,
            countries={code: kept(tax) for code, tax in self._countries.items()},
            line_field=self.cleaned_data["line_field"],
            line_taxes={value: kept(tax) for value, tax in self._values.items()},
            without_tax=None if without is None else kept(without),
        )

    def _keys(self, kind: str, ours: Iterable[str]) -> list[str]:
        """The rows' keys: those of the page that was sent, else ours."""
        if not self.is_bound:
            return list(ours)[:MOST]
        sent = (self.data.get(f"{kind}-{number}") for number in range(MOST))
        return [str(key)[:LONGEST_KEY] for key in sent if key is not None]

    def _cost(self, number: int, key: str) -> TaxRow:
        lines = {folded(line["description"]): line for line in self.saved.cost_lines}
        line, seen = lines.get(folded(key)), self.seen.costs.get(folded(key))
        suggested = None if line or seen is None else seen.suggested_role
        tax = seen.suggested_tax if seen else None
        if line:
            tax = tax_of(line["tax"])
        row = self._row("cost", number, key, key, tax, LIKE_GOODS)
        self.fields[f"cost-{number}-role"] = ChoiceOf(_lazy("Meaning"), ROLES)
        self.initial[f"cost-{number}-role"] = line["role"] if line else suggested or ""
        row.role = self[f"cost-{number}-role"]
        row.seen, row.count = seen, seen.invoices if seen else 0
        row.is_suggested = bool(suggested) and not self.is_bound
        return row

    def _country(self, number: int, key: str, is_known: bool) -> TaxRow:
        choices = countries()
        tax, title = tax_of(self.saved.countries.get(key)), dict(choices).get(key, key)
        another = None if is_known else ChoiceOf(_lazy("Another country"), choices)
        row = self._row("country", number, key, title, tax, _("Not said"), another)
        row.count, row.is_open = self.buyers[key], not is_known
        return row

    def _row(
        self,
        kind: str,
        number: int,
        key: str,
        title: str,
        tax: Tax | None,
        none: Any,
        field: forms.Field | None = None,
    ) -> TaxRow:
        """`field` asks for the key where it is not known."""
        name = f"{kind}-{number}"
        hidden = forms.CharField(required=False, max_length=LONGEST_KEY, widget=Input("hidden"))
        self.fields[name] = field or hidden
        self.initial[name] = key
        fields = TaxFields(self, name)
        fields.add(tax, none)
        return TaxRow(self[name], title, fields)

    def _read_costs(self) -> Iterator[Mapping[str, Any]]:
        for row in self.costs:
            role, tax = self.cleaned_data.get(f"{row.key.name}-role"), row.tax.tax()
            if not role:
                if tax is not None:
                    self.add_error(f"{row.key.name}-role", _("Say what this line means."))
                continue
            compared = role == Role.SUBTOTAL
            yield {
                "description": row.title,
                "role": role,
                "tax": None if tax is None or compared else kept(tax),
            }

    def _read(self, rows: Iterable[TaxRow], twice: str) -> dict[str, Tax]:
        taxes: dict[str, Tax] = {}
        for row in rows:
            key, tax = self.cleaned_data.get(row.key.name, ""), row.tax.tax()
            if row.is_open and tax is not None and not key:
                self.add_error(row.key.name, _("Choose the country."))
            elif key in taxes:
                self.add_error(row.key.name, twice)
            elif tax is not None:
                taxes[key] = tax
        return taxes
