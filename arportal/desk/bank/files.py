"""Taking a bank file in, and what was in it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.bank.door import bank_page
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest
from arportal.desk.site.redirects import SeeOther
from arportal.receivables.bank.keeping import take_in
from arportal.receivables.bank.reading import MOST_BYTES, Format
from arportal.receivables.models import BankFile, BankUpload
from arportal.receivables.tables.table import Unreadable

SHOWN = 50


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_lazy("Bank file"),
        help_text=_lazy("MT940, CAMT.052 to .054, BAI2, OFX, or a table as CSV or XLSX; at most 5 MB."),
        allow_empty_file=True,
        error_messages={"required": _lazy("Choose a file.")},
        widget=forms.FileInput({"class": "form-control"}),
    )


@bank_page(methods=("GET", "HEAD", "POST"))
def bank_files(request: DeskRequest) -> HttpResponse:
    """The files taken in lately; sent, it takes one in."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        file: UploadedFile[Any] = form.cleaned_data["file"]
        try:
            # One byte more than allowed is enough to see that it is too much.
            kept = take_in(request.actor, file.name or "", file.read(MOST_BYTES + 1))
        except Unreadable as reason:
            form.add_error("file", str(reason))
        else:
            if isinstance(kept, BankUpload):
                return SeeOther(link("bank_mapping", request.store.slug, kept.pk))
            if kept.earlier is not None:
                messages.info(request, _("This very file was uploaded before: nothing in it is new."))
            return SeeOther(link("bank_file", request.store.slug, kept.file.pk))
    files = BankFile.objects.filter(store=request.store).select_related("actor__user").order_by("-at")
    context = {"upload": form, "files": list(files[:SHOWN])}
    return render(request, "bank/files.html", context, status=422 if form.errors else 200)


@bank_page()
def bank_file(request: DeskRequest, bank_file_id: int) -> HttpResponse:
    """What was new in a file, and each line that was refused."""
    file = BankFile.objects.filter(store=request.store, pk=bank_file_id).select_related("actor__user").first()
    if file is None:
        raise Http404(_("There is no such bank file."))
    context = {"file": file, "format": Format(file.format).label}
    return render(request, "bank/file.html", context)
