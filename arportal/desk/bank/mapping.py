"""Saying what the columns of a bank's table are: once for each kind of file, and then remembered."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.bank.door import bank_page
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest
from arportal.desk.site.redirects import SeeOther
from arportal.receivables.bank.entries import currency_of
from arportal.receivables.bank.keeping import take_in_table
from arportal.receivables.bank.table import ROLES, BankMapping
from arportal.receivables.models import BankUpload
from arportal.receivables.tables.reading import read_table
from arportal.receivables.tables.table import Table, Unreadable, text_of
from arportal.receivables.tables.values import DATE_FORMATS, date_formats_of, example, number_formats_of, only
from arportal.stores.models import NumberFormat

SHOWN = 5
LABELS = {
    "booked_on": _lazy("Booking date"),
    "value_on": _lazy("Value date"),
    "amount": _lazy("Amount, with its sign"),
    "money_in": _lazy("Or: money in"),
    "money_out": _lazy("Or: money out"),
    "payer_name": _lazy("Payer"),
    "payer_account": _lazy("Payer’s account"),  # noqa: RUF001
    "reference": _lazy("Payer’s reference"),  # noqa: RUF001
    "text": _lazy("Text"),
    "bank_id": _lazy("Bank’s own ID"),  # noqa: RUF001
}


class MappingForm(forms.Form):
    account = forms.CharField(label=_lazy("Our account: IBAN or number"), max_length=64, widget=Input())
    currency = forms.CharField(label=_lazy("Currency"), max_length=3, widget=Input())
    date_format = forms.ChoiceField(
        label=_lazy("Days are written"),
        choices=[("", _lazy("Choose…"))] + [(each, example(each)) for each in DATE_FORMATS],
        widget=Select,
        error_messages={"required": _lazy("Choose how days are written: nothing is guessed.")},
    )
    number_format = forms.ChoiceField(
        label=_lazy("Amounts are written"),
        choices=[("", _lazy("Choose…")), (NumberFormat.DOT, "1,234.50"), (NumberFormat.COMMA, "1.234,50")],
        widget=Select,
        error_messages={"required": _lazy("Choose how amounts are written: nothing is guessed.")},
    )

    def __init__(self, data: FormData, table: Table, currency: str) -> None:
        super().__init__(data, initial={"currency": currency}, use_required_attribute=False)
        choices = [("", _("None"))] + [(name, name) for name in table.columns]
        for role in ROLES:
            self.fields[role] = forms.ChoiceField(
                label=LABELS[role], choices=choices, required=role == "booked_on", widget=Select
            )
        self.table = table

    def columns(self) -> list[forms.BoundField]:
        return [self[role] for role in ROLES]

    def formats(self) -> list[forms.BoundField]:
        return [self[name] for name in ("account", "currency", "date_format", "number_format")]

    def clean_currency(self) -> str:
        try:
            return currency_of(self.cleaned_data["currency"])
        except Unreadable:
            raise forms.ValidationError(_("Three letters, such as EUR.")) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        has_two = bool(cleaned.get("money_in") or cleaned.get("money_out"))
        if bool(cleaned.get("amount")) == has_two:
            self.add_error(
                "amount", _("Choose the column of the amount, or those of money in and money out.")
            )
        # A format that was not chosen is filled in where the whole column leaves no doubt; it is shown once more.
        proposed = {}
        if not cleaned.get("date_format") and (name := cleaned.get("booked_on")):
            proposed["date_format"] = only(date_formats_of(self._cells(name)))
        names = [cleaned[role] for role in ("amount", "money_in", "money_out") if cleaned.get(role)]
        if not cleaned.get("number_format") and names:
            cells = [cell for name in names for cell in self._cells(name)]
            proposed["number_format"] = only(number_formats_of(cells))
        self.data = dict(self.data.items()) | {name: value for name, value in proposed.items() if value}
        return cleaned

    def mapping(self) -> BankMapping:
        return BankMapping(
            account=self.cleaned_data["account"],
            currency=self.cleaned_data["currency"],
            columns={role: self.cleaned_data[role] for role in ROLES if self.cleaned_data[role]},
            date_format=self.cleaned_data["date_format"],
            number_format=self.cleaned_data["number_format"],
        )

    def _cells(self, name: str) -> list[Any]:
        return self.table.column(self.table.columns.index(name))


@bank_page(methods=("GET", "HEAD", "POST"))
def bank_mapping(request: DeskRequest, upload_id: int) -> HttpResponse:
    """A table whose columns nobody has explained yet; sent, it is taken in."""
    upload = BankUpload.objects.filter(store=request.store, pk=upload_id).first()
    if upload is None:
        raise Http404(_("There is no such bank file."))
    table = read_table(bytes(upload.content))
    form = MappingForm(request.POST if request.method == "POST" else None, table, request.store.currency)
    if form.is_bound and form.is_valid():
        try:
            kept = take_in_table(request.actor, upload, form.mapping())
        except Unreadable as reason:
            form.add_error(None, str(reason))
        else:
            return SeeOther(link("bank_file", request.store.slug, kept.file.pk))
    rows = [[text_of(line.cell(at)) for at in range(len(table.columns))] for line in table.lines[:SHOWN]]
    context = {"upload": upload, "form": form, "table": table, "rows": rows}
    return render(request, "bank/mapping.html", context, status=422 if form.errors else 200)
