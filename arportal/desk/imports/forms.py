"""The forms of an import: the file, how it is read, and what its columns mean."""

import uuid
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import ProcessingStatus
from arportal.desk.format.formats import formatter
from arportal.desk.format.statuses import PAYMENT_WORDS
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.refusable import Refusable
from arportal.desk.forms.widgets import Input, Select
from arportal.mirror.models import Invoice
from arportal.receivables.imports.fields import DATES, FIELDS, PERMISSIONS
from arportal.receivables.imports.mapping import Mapping, formats_that_fit
from arportal.receivables.models import Import, PaymentRecord
from arportal.receivables.payments.record_payment import RECORDABLE
from arportal.receivables.tables.table import MAX_BYTES, Reading, Table
from arportal.receivables.tables.text import ENCODINGS
from arportal.receivables.tables.values import DATE_FORMATS, example, read_date
from arportal.stores.access import may
from arportal.stores.models import Membership, NumberFormat

SEPARATORS = {",": _lazy("Comma"), ";": _lazy("Semicolon"), "\t": _lazy("Tab"), "|": _lazy("Vertical bar")}
CHOOSE = ("", _lazy("Choose…"))
COLUMN = "column-"


class UploadForm(Refusable):
    import_id = forms.UUIDField(widget=Input("hidden"), initial=uuid.uuid4)
    of = forms.ChoiceField(label=_lazy("What it holds"), widget=Select)
    file = forms.FileField(
        label=_lazy("File"),
        help_text=_lazy("CSV or XLSX, at most 20 MB and 50,000 lines."),
        widget=forms.FileInput({"class": "form-control", "accept": ".csv,.tsv,.txt,.xlsx"}),
        error_messages={"required": _lazy("Choose a file."), "empty": _lazy("The file is empty.")},
    )
    sender = forms.CharField(
        label=_lazy("Sender"),
        max_length=100,
        required=False,
        help_text=_lazy("Whose files look like this: a bank, an ERP. Its columns are remembered."),
        widget=Input(list="senders"),
    )

    def __init__(self, data: FormData, files: Any, actor: Membership) -> None:
        super().__init__(data, files, use_required_attribute=False)
        choices = [(of.value, of.label) for of in Import.Of if may(actor, PERMISSIONS[of])]
        self.fields["of"].choices = choices  # type: ignore[attr-defined]

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(most)d MB.") % {"most": MAX_BYTES // 1024**2}
            )
        return file


class ReadingForm(Refusable):
    """The way the file is read; fields only for what such a file has."""

    encoding = forms.ChoiceField(label=_lazy("Letters"), choices=list(ENCODINGS.items()), widget=Select)
    separator = forms.ChoiceField(label=_lazy("Between cells"), widget=Select)
    sheet = forms.ChoiceField(label=_lazy("Sheet"), widget=Select)
    header = forms.IntegerField(
        label=_lazy("Line of the column names"),
        help_text=_lazy("0 where the file has none."),
        min_value=0,
        widget=Input("number", min="0"),
    )

    def __init__(self, data: FormData, table: Table) -> None:
        reading = table.reading
        shown = {name: getattr(reading, name) for name in ("encoding", "separator", "sheet", "header")}
        super().__init__(data, initial=shown, use_required_attribute=False)
        told = dict(SEPARATORS) | (
            {} if reading.separator in SEPARATORS else {reading.separator: reading.separator}
        )
        self.fields["separator"].choices = list(told.items())  # type: ignore[attr-defined]
        self.fields["sheet"].choices = [(name, name) for name in table.sheets]  # type: ignore[attr-defined]
        for name in ("encoding", "separator") if table.sheets else ("sheet",):
            del self.fields[name]

    def reading(self) -> Reading:
        return Reading(**self.cleaned_data)


class ColumnsForm(Refusable):
    """A column for each field, and the formats of days and amounts."""

    date_format = forms.ChoiceField(label=_lazy("Dates are written"), required=False, widget=Select)
    number_format = forms.ChoiceField(
        label=_lazy("Amounts are written"),
        choices=[CHOOSE, *NumberFormat.choices],
        required=False,
        widget=Select,
    )
    currency = forms.ChoiceField(
        label=_lazy("Currency, without such a column"), required=False, widget=Select
    )
    status = forms.TypedChoiceField(
        label=_lazy("Status"),
        choices=[(int(status), PAYMENT_WORDS[status]) for status in RECORDABLE],
        coerce=int,
        widget=Select,
    )
    method = forms.ChoiceField(
        label=_lazy("Method"),
        choices=[CHOOSE, *PaymentRecord.Method.choices],
        widget=Select,
        error_messages={"required": _lazy("Choose the method.")},
    )

    def __init__(self, data: FormData, brought: Import, table: Table, mapping: Mapping) -> None:
        self.of, self.table = brought.of, table
        shown = {f"{COLUMN}{key}": name for key, name in mapping.columns.items()}
        shown |= {
            name: getattr(mapping, name) for name in ("date_format", "number_format", "currency", "method")
        }
        shown["status"] = str(mapping.status or int(ProcessingStatus.AWAITING_PROCESSING))
        super().__init__(data, initial=shown, use_required_attribute=False)
        columns = [("", _("none"))] + [(name, name) for name in table.columns]
        for each in FIELDS[self.of]:
            label = each.label if each.is_required else _("%(name)s (optional)") % {"name": each.label}
            self.fields[f"{COLUMN}{each.key}"] = forms.ChoiceField(
                label=label, choices=columns, required=False, help_text=each.hint, widget=Select
            )
        self._set_formats(mapping)
        first = _("That of the invoice") if self.of == Import.Of.PAYMENTS else _("Choose…")
        codes = Invoice.objects.filter(store=brought.store).currencies()
        known = sorted({brought.store.currency, *codes} - {""})
        self.fields["currency"].choices = [("", first)] + [(code, code) for code in known]  # type: ignore[attr-defined]
        if self.of == Import.Of.INVOICES:
            del self.fields["status"], self.fields["method"]

    def _set_formats(self, mapping: Mapping) -> None:
        dates, numbers = formats_that_fit(self.table, mapping)
        choices = [CHOOSE] + [(each, example(each)) for each in DATE_FORMATS]
        self.fields["date_format"].choices = choices  # type: ignore[attr-defined]
        if len(dates) > 1:
            column = next(mapping.columns[key] for key in DATES if mapping.columns.get(key))
            cell = self.table.column(self.table.columns.index(column))[0]
            readings = " / ".join(dict.fromkeys(formatter().date(read_date(cell, each)) for each in dates))
            words = _("The file leaves it open: “%(cell)s” may be %(readings)s.")
            self.fields["date_format"].help_text = words % {"cell": cell, "readings": readings}
        if len(numbers) > 1:
            words = _("The file leaves it open: an amount such as 1,234 may be a thousand or one and a bit.")
            self.fields["number_format"].help_text = words

    @property
    def columns(self) -> Iterator[forms.BoundField]:
        return (self[f"{COLUMN}{each.key}"] for each in FIELDS[self.of])

    @property
    def choices(self) -> Iterator[forms.BoundField]:
        return (self[name] for name in self.fields if not name.startswith(COLUMN))

    def mapping(self) -> Mapping:
        chosen = self.cleaned_data
        columns = {each.key: chosen[f"{COLUMN}{each.key}"] for each in FIELDS[self.of]}
        return Mapping(
            columns={key: name for key, name in columns.items() if name},
            date_format=chosen["date_format"],
            number_format=chosen["number_format"],
            currency=chosen["currency"],
            status=chosen.get("status", 0),
            method=chosen.get("method", ""),
        )
