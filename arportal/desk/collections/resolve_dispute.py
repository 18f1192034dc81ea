"""Resolving a dispute: its outcome, and what was agreed."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.collections.words import collections_link
from arportal.desk.companies.page import get_company_or_404
from arportal.desk.forms.change_form import ChangeForm
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.mirror.models import Invoice
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.reasons import LONGEST
from arportal.receivables.collections.disputes import resolve_dispute
from arportal.receivables.models import Dispute
from arportal.stores.access import Permission


class ResolveForm(ChangeForm):
    outcome = forms.ChoiceField(label=_lazy("Outcome"), widget=Select)
    # Under the name by which the verb refuses it.
    reason = forms.CharField(
        label=_lazy("What was agreed"),
        max_length=LONGEST,
        help_text=_lazy("It is kept in the history."),
        widget=Input(),
    )

    def __init__(self, data: FormData) -> None:
        super().__init__(data)
        outcome: Any = self.fields["outcome"]
        outcome.choices = [("", _("Choose")), *Dispute.Outcome.choices]


@page(Permission.COLLECT, methods=("GET", "HEAD", "POST"), keeps=True)
def dispute_resolve(request: DeskRequest, dispute_id: int) -> HttpResponse:
    dispute = Dispute.objects.visible_to(request.actor).filter(pk=dispute_id).first()
    if dispute is None:
        raise Http404(_("There is no such dispute."))
    company = get_company_or_404(request, dispute.company_id)
    form = ResolveForm(request.POST or None)
    if form.is_valid():
        outcome, words = Dispute.Outcome(form.cleaned_data["outcome"]), form.cleaned_data["reason"]
        try:
            resolve_dispute(request.actor, dispute_id, outcome, words, timezone.now())
        except Invalid as broken:
            form.refused(broken)
        else:
            messages.success(request, _("The dispute is resolved."))
            return SeeOther(collections_link(request, company.api_id))
    context = {
        "dispute": dispute,
        "company": company,
        "invoice": Invoice.objects.visible_to(request.actor).filter(api_id=dispute.invoice_id).first(),
        "form": form,
    }
    return render(request, "collections/resolve_dispute.html", context, status=form.http_status)
