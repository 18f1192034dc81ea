"""The check of somebody's e-invoice: what it says, and whether it is valid. Nothing of it is kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from threading import Semaphore
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money
from arportal.b2b.values.currencies import CURRENCIES
from arportal.desk.format.formats import formatter
from arportal.desk.forms.refusable import Refusable
from arportal.desk.invoices.einvoice import told
from arportal.desk.site.pages import DeskRequest, page
from arportal.documents.einvoices.document import Document, Line
from arportal.documents.einvoices.facts import Party
from arportal.documents.einvoices.read_back import MOST_BYTES, Read, Unreadable, read_back
from arportal.documents.einvoices.reading.official import Finding
from arportal.stores.access import Permission

# Lines and findings of each kind that are shown: a hostile file may have very many.
SHOWN = 200
# One file at a time in each process: reading one takes seconds, and may take a gigabyte.
ONE_AT_A_TIME = Semaphore(1)
PATIENCE = 20
KINDS = {"380": _lazy("Invoice"), "381": _lazy("Credit note"), "384": _lazy("Corrected invoice")}


class CheckForm(Refusable):
    file = forms.FileField(
        label=_lazy("E-invoice"),
        help_text=_lazy("A PDF with the invoice inside (Factur-X, ZUGFeRD) or an XML file, at most 20 MB."),
        widget=forms.FileInput({"class": "form-control", "accept": ".pdf,.xml,application/pdf,text/xml"}),
        error_messages={
            "required": _lazy("Choose a file, or drop one on the field."),
            "empty": _lazy("The file is empty."),
        },
    )

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        return file


@dataclass(frozen=True)
class Shown:
    """An e-invoice as the page shows it; all of its texts are somebody else's."""

    read: Read
    name: str

    @property
    def document(self) -> Document:
        return self.read.document

    @property
    def kind(self) -> str:
        return str(KINDS.get(self.document.kind, self.document.kind))

    @property
    def parties(self) -> list[tuple[str, Party]]:
        return [(_("Seller"), self.document.seller), (_("Buyer"), self.document.buyer)]

    @property
    def lines(self) -> Iterator[tuple[Line, str, str]]:
        for line in self.document.lines[:SHOWN]:
            yield line, _number(line.quantity), self._amount(line.net)

    @property
    def more_lines(self) -> int:
        return len(self.document.lines[SHOWN:])

    @property
    def sums(self) -> list[tuple[str, str]]:
        totals = self.document.totals
        taxes = (
            (
                _("Tax %(category)s %(rate)s%%")
                % {"category": part.tax.category, "rate": _number(part.tax.rate)},
                part,
            )
            for part in self.document.taxes[:SHOWN]
        )
        return [
            (_("Lines"), self._amount(totals.lines)),
            (_("Discounts"), self._amount(totals.discounts)),
            (_("Charges"), self._amount(totals.charges)),
            (_("Without tax"), self._amount(totals.net)),
            *((words, self._amount(part.amount)) for words, part in taxes),
            (_("With tax"), self._amount(totals.gross)),
            (_("Paid already"), self._amount(totals.paid)),
            (_("To be paid"), self._amount(totals.payable)),
        ]

    @cached_property
    def broken(self) -> list[Finding]:
        """Findings that make it invalid: of the schema, of the official rules, and of our own arithmetic."""
        official = [finding for finding in self.read.xsd + self.read.schematron if not finding.is_warning]
        sums = [Finding(reason.rule, told(reason)) for reason in self.read.sums]
        return (official + sums)[:SHOWN]

    @cached_property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.read.xsd + self.read.schematron if finding.is_warning][:SHOWN]

    def _amount(self, amount: Decimal | None) -> str:
        currency = self.document.currency
        if amount is None:
            return ""
        if currency in CURRENCIES:
            return formatter().amount(Money(amount, currency))
        return f"{_number(amount)} {currency}"


def _number(number: Decimal | None) -> str:
    return "" if number is None else formatter().number(number)


@page(Permission.READ, methods=("GET", "HEAD", "POST"))
def einvoice_check(request: DeskRequest) -> HttpResponse:
    is_sent = request.method == "POST"
    form = CheckForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    shown = None
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            shown = Shown(_read(file.read()), file.name)
        except Unreadable as unreadable:
            form.refuse({"file": [str(unreadable)]})
    context = {"form": form, "shown": shown}
    return render(request, "einvoices/check.html", context, status=form.http_status)


def _read(content: bytes) -> Read:
    """Raises Unreadable, also while others have theirs read."""
    if not ONE_AT_A_TIME.acquire(timeout=PATIENCE):
        raise Unreadable(_("Other files are being read just now: try again in a minute."))
    try:
        return read_back(content)
    finally:
        ONE_AT_A_TIME.release()
