"""A note about a company, with what is to be done next."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.collections.words import TextField, collections_link
from arportal.desk.companies.page import get_company_or_404
from arportal.desk.forms.change_form import ChangeForm
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.mirror.models import Company
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.collections.notes import add_note, people
from arportal.stores.access import Permission


class NoteForm(ChangeForm):
    text = TextField(_lazy("Note"), required=True)
    action_on = forms.DateField(
        label=_lazy("Next action on"),
        required=False,
        widget=Input("date"),
        help_text=_lazy("Empty: nothing is to be done"),
    )
    person = forms.ChoiceField(label=_lazy("By"), required=False, widget=Select)

    def __init__(self, data: FormData, request: DeskRequest, company: Company) -> None:
        self.members = {str(member.pk): member for member in people(request.actor, company.api_id)}
        super().__init__(data)
        names = [(key, str(member.user)) for key, member in self.members.items()]
        person: Any = self.fields["person"]
        person.choices = [("", _("Anybody")), *names]


@page(Permission.COLLECT, methods=("GET", "HEAD", "POST"), keeps=True)
def note_add(request: DeskRequest, company_id: int) -> HttpResponse:
    company = get_company_or_404(request, company_id)
    form = NoteForm(request.POST or None, request, company)
    if form.is_valid():
        try:
            add_note(
                request.actor,
                form.cleaned_data["change_id"],
                company_id,
                form.cleaned_data["text"],
                action_on=form.cleaned_data["action_on"],
                person=form.members.get(form.cleaned_data["person"]),
                now=timezone.now(),
            )
        except Invalid as broken:
            form.refused(broken)
        else:
            messages.success(request, _("The note is saved."))
            return SeeOther(collections_link(request, company_id))
    context = {"company": company, "form": form}
    return render(request, "collections/note.html", context, status=form.http_status)
