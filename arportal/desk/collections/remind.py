"""The preview of a round of reminders: every mail as it would be sent, and why others are not; and sending it."""

import uuid
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.desk.companies.collections import bring_promises_up_to_date
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.widgets import Input
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.documents.reminders import rounds
from arportal.documents.reminders.preview import Chosen, chosen, composed
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.collections.choosing import Level, Reason
from arportal.receivables.collections.plans import levels_of, plan_of
from arportal.receivables.ledger.build import built_ledger
from arportal.stores.access import Permission

# Mails of one page, and lines of what is not sent; what is more waits for the next.
MOST, MOST_HELD = 200, 300


class SendForm(forms.Form):
    run_id = forms.UUIDField(widget=Input("hidden"), initial=uuid.uuid4)
    day = forms.DateField(widget=Input("hidden"))
    company = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, data: FormData, rows: Iterable[Chosen], **more: Any) -> None:
        super().__init__(data, **more)
        offered: Any = self.fields["company"]
        offered.choices = [(row.company.api_id, row.company.name) for row in rows]


@page(Permission.SEND_MAIL, methods=("GET", "HEAD", "POST"))
def remind(request: DeskRequest, currency: str) -> HttpResponse:
    plan, today = plan_of(request.store, currency), request.store.today(timezone.now())
    if plan is None:
        raise Http404(_("There is no reminder plan for this currency."))
    bring_promises_up_to_date(request)
    actor, levels = request.actor, levels_of(plan)
    is_built = built_ledger(request.store) is not None
    only = None if actor.all_companies else actor.company_ids
    rows = chosen(request.store, currency, levels, today, only) if is_built else []
    form = SendForm(request.POST or None, rows, initial={"day": today})
    if form.is_valid():
        try:
            run = rounds.begin(
                actor,
                form.cleaned_data["run_id"],
                currency,
                form.cleaned_data["company"],
                form.cleaned_data["day"],
            )
        except Invalid as broken:
            form.add_error(None, str(broken))
        else:
            return SeeOther(reverse("desk:reminder_round", args=[request.store.slug, run.pk]))
    context = _preview(request, currency, levels, rows) | {
        "plan": plan,
        "form": SendForm(None, (), initial={"day": today}),
        "problems": [reason for reasons in form.errors.values() for reason in reasons],
    }
    return render(request, "collections/remind.html", context, status=422 if form.errors else 200)


def _preview(request: DeskRequest, currency: str, levels: list[Level], rows: list[Chosen]) -> dict[str, Any]:
    today = request.store.today(timezone.now())
    due = [row for row in rows if row.choice.lines]
    counts = Counter(reason for row in rows for _one, reason in row.choice.held)
    return {
        "currency": currency,
        "today": today,
        "mails": list(zip(due, composed(request.store, due[:MOST], levels, today), strict=False)),
        "more": max(len(due) - MOST, 0),
        "held": held(rows, currency),
        "counts": [(str(Reason(reason).label), count) for reason, count in counts.items()],
        "sends_mail": settings.SENDS_MAIL,
    }


def held(rows: Iterable[Chosen], currency: str) -> list[dict[str, Any]]:
    """The overdue invoices that no mail names, each with its reason."""
    lines = [
        {
            "company": row.company,
            "invoice": invoice,
            "balance": Money(invoice.balance, currency),
            "reason": str(reason.label),
        }
        for row in rows
        for invoice, reason in row.choice.held
    ]
    return lines[:MOST_HELD]
