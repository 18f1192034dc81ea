"""The store's own subject and text of statements that go by mail."""

from dataclasses import dataclass

from csp.constants import SELF
from csp.decorators import csp_update
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.site.frames import framed
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.documents.branding.letterheads import letterhead_of
from arportal.documents.mails.compose import compose
from arportal.documents.mails.statements import CompanyStatement, values_of
from arportal.documents.rendering.rendering import in_their_language
from arportal.mirror.models import Company
from arportal.receivables.mails import texts
from arportal.receivables.mails.texts import PLACES, Text, problem_in, save_text
from arportal.receivables.models import CompanyBalance, Mail, MailText
from arportal.receivables.statements.statement import Period, statement
from arportal.stores.access import Permission
from arportal.stores.models import Membership

# Companies that a text can be tried with, and texts before the present one.
OFFERED, SHOWN = 20, 20
KIND = Mail.Kind.STATEMENT


@dataclass(frozen=True, slots=True)
class Place:
    """A place and what stands there."""

    name: str
    words: str | Promise


class TextForm(Keepable, forms.Form):
    subject = forms.CharField(label=_lazy("Subject"), max_length=200, widget=Input())
    text = forms.CharField(
        label=_lazy("Text"), max_length=5000, widget=forms.Textarea({"class": "form-control", "rows": 16})
    )
    company = forms.TypedChoiceField(
        label=_lazy("Preview for"), coerce=int, empty_value=None, required=False, widget=Select
    )

    def __init__(self, data: FormData, actor: Membership) -> None:
        now = texts.text_of(actor.store, KIND)
        super().__init__(
            data, initial={"subject": now.subject, "text": now.text}, use_required_attribute=False
        )
        # Those that owe most in the store's own currency.
        owing = CompanyBalance.objects.visible_to(actor).filter(currency=actor.store.currency, open__gt=0)
        ids = list(owing.order_by("-open").values_list("company_id", flat=True)[:OFFERED])
        names = Company.objects.visible_to(actor).only("api_id", "name").by_api_id(ids)
        choices = [(api_id, names[api_id].name) for api_id in ids if api_id in names]
        self.fields["company"].choices = choices  # type: ignore[attr-defined]

    def clean_subject(self) -> str:
        return self._checked("subject")

    def clean_text(self) -> str:
        return self._checked("text").replace("\r\n", "\n")

    def _checked(self, name: str) -> str:
        text: str = self.cleaned_data[name]
        if problem := problem_in(text, PLACES):
            raise forms.ValidationError(problem)
        return text


@csp_update({"frame-src": [SELF]})
@page(Permission.EDIT_MAIL_TEXTS, methods=("GET", "HEAD", "POST"), keeps=True)
def mail_text(request: DeskRequest) -> HttpResponse:
    form = TextForm(request.POST or None, request.actor)
    if form.is_valid():
        save_text(request.actor, KIND, form.cleaned_data["subject"], form.cleaned_data["text"])
        messages.success(request, _("Saved."))
        return SeeOther(link("mail_text", request.store.slug))
    saved = MailText.objects.filter(store=request.store, kind=KIND).select_related("saved_by__user")
    history = list(saved.order_by("-id")[:SHOWN])
    context = {
        "form": form,
        "places": [Place(f"{{{name}}}", words) for name, words in PLACES.items()],
        "history": history,
        "is_own": bool(history and history[0].text),
    }
    return render(request, "mails/text.html", context, status=422 if form.errors else 200)


@page(Permission.EDIT_MAIL_TEXTS, methods=("POST",))
def reset_text(request: DeskRequest) -> HttpResponse:
    save_text(request.actor, KIND, "", "")
    messages.success(request, _("Mails say what they say by default again."))
    return SeeOther(link("mail_text", request.store.slug))


@page(Permission.EDIT_MAIL_TEXTS, methods=("POST",))
def text_preview(request: DeskRequest) -> HttpResponse:
    """The text in the form, filled in for the company that is chosen there."""
    form = TextForm(request.POST, request.actor)
    company_id = form.cleaned_data.get("company") if form.is_valid() else None
    company = Company.objects.visible_to(request.actor).filter(api_id=company_id or 0).first()
    if company is None:
        return framed(render_to_string("forms/unclear.html", {"form": form}), status=422)
    today = request.store.today(timezone.now())
    period = Period(today.replace(day=1), today, today)
    accounts = statement(request.actor, (company.api_id,), period, movements=False)
    letterhead = letterhead_of(request.store)
    with in_their_language():
        values = values_of(letterhead, CompanyStatement(company, accounts, period, open_items=True))
    text = Text(form.cleaned_data["subject"], form.cleaned_data["text"])
    return framed(compose(letterhead, text, values).html)
