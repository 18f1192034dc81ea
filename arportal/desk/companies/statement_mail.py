"""A company's statement by mail: to whom, with which words, and the PDF; then it is sent."""

import uuid
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.companies.statement import asked
from arportal.desk.forms.change_form import STALE
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.ticks import Tick
from arportal.desk.forms.widgets import Input
from arportal.desk.site.frames import framed
from arportal.desk.site.links import link, mail_link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.documents.branding.letterheads import letterhead_of
from arportal.documents.mails.compose import compose_as_it_is
from arportal.documents.mails.statements import CompanyStatement, queue_statement, statement_text
from arportal.documents.statements import DocumentFailed
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.mails.recipients import recipients_of
from arportal.receivables.mails.texts import Text
from arportal.stores.access import Permission


class StatementMailForm(Keepable, forms.Form):
    """`seen` is the statement as it was shown: what is sent says the same."""

    mail_id = forms.UUIDField(
        widget=Input("hidden"), initial=uuid.uuid4, error_messages={"invalid": STALE, "required": STALE}
    )
    seen = forms.CharField(widget=Input("hidden"), error_messages={"required": STALE})
    to = forms.MultipleChoiceField(
        label=_lazy("To"),
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
    )
    invoices = Tick(_lazy("Its open invoices go along, each as PDF"))
    other = forms.CharField(label=_lazy("And to"), required=False, widget=Input("email"))
    subject = forms.CharField(label=_lazy("Subject"), max_length=200, widget=Input())
    text = forms.CharField(
        label=_lazy("Text"), max_length=5000, widget=forms.Textarea({"class": "form-control", "rows": 14})
    )

    def __init__(self, data: FormData, statement: CompanyStatement) -> None:
        recipients = recipients_of(statement.company)
        store = statement.company.store
        text = statement_text(store, statement, letterhead_of(store))
        first = {"seen": statement.fingerprint, "to": recipients, "subject": text.subject, "text": text.text}
        super().__init__(data, initial=first, use_required_attribute=False)
        self.statement = statement
        if not statement.can_bring_invoices:
            del self.fields["invoices"]
        self.fields["to"].choices = [(address, address) for address in recipients]  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n")

    def clean_seen(self) -> str:
        if self.cleaned_data["seen"] != self.statement.fingerprint:
            renewed: Any = self.data
            self.data = renewed = renewed.copy()
            renewed["seen"] = self.statement.fingerprint
            raise forms.ValidationError(
                _("The figures have changed since. Look at them, then send it again.")
            )
        return self.statement.fingerprint

    @property
    def addresses(self) -> list[str]:
        typed = [*self.cleaned_data["to"], self.cleaned_data["other"]]
        return [address for address in typed if address]

    @property
    def words(self) -> Text:
        return Text(self.cleaned_data["subject"], self.cleaned_data["text"])

    def refuse(self, broken: Invalid) -> None:
        places = {"address": "other"}
        for name, reasons in broken.fields.items():
            self.add_error(places.get(name), reasons)


@csp_update({"frame-src": [SELF]})
@page(Permission.SEND_MAIL, methods=("GET", "HEAD", "POST"), keeps=True)
def statement_mail(request: DeskRequest, company_id: int) -> HttpResponseBase:
    company, question, accounts = asked(request, company_id)
    slug = request.store.slug
    if accounts is None:
        # The statement's page says itself what is wrong with its address, or that there are no figures yet.
        return HttpResponseRedirect(
            f"{link('company_statement', slug, company_id)}?{request.GET.urlencode()}"
        )
    statement = CompanyStatement(company, accounts, question.period, question.open_items)
    form = StatementMailForm(request.POST or None, statement)
    if form.is_valid() and (sent := _sent(request, form)):
        return sent
    context = {
        "company": company,
        "form": form,
        "accounts": accounts,
        "query": question.query(),
        "sends_mail": settings.SENDS_MAIL,
    }
    return render(request, "companies/statement_mail.html", context, status=422 if form.errors else 200)


@page(Permission.SEND_MAIL, methods=("POST",))
def preview(request: DeskRequest, company_id: int) -> HttpResponse:
    """The mail as it stands in the form, for a frame."""
    subject, text = request.POST.get("subject", ""), request.POST.get("text", "")
    words = compose_as_it_is(letterhead_of(request.store), subject[:200], text[:5000].replace("\r\n", "\n"))
    return framed(words.html)


def _sent(request: DeskRequest, form: StatementMailForm) -> HttpResponse | None:
    """None, with the reasons in the form, for what was refused."""
    try:
        mail = queue_statement(
            request.actor,
            form.cleaned_data["mail_id"],
            form.statement,
            form.words,
            form.addresses,
            letterhead_of(request.store),
            with_invoices=form.cleaned_data.get("invoices", False),
        )
    except Invalid as broken:
        form.refuse(broken)
    except DocumentFailed as failed:
        form.add_error(None, str(failed))
    else:
        if settings.SENDS_MAIL:
            messages.success(request, _("The statement is on its way."))
        return SeeOther(mail_link(request.store.slug, mail.pk))
    return None
