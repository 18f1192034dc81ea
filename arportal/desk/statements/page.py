"""Statements of all companies with a balance: who gets one, who has no address, and the runs so far."""

import uuid
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money
from arportal.desk.exports.page import facts_of
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.refusable import Refusable
from arportal.desk.forms.ticks import Tick
from arportal.desk.forms.widgets import Input
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.desk.statements.form import StatementsForm
from arportal.documents.exports.statements import Chosen, chosen_companies, create_statements
from arportal.documents.mails.invoices import MOST
from arportal.documents.models import Export
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.ledger.build import built_ledger
from arportal.receivables.mails.recipients import recipients_of_each
from arportal.receivables.mails.texts import text_of
from arportal.receivables.models import Mail
from arportal.stores.access import Permission, may

Shape = Export.Shape
# Companies of the preview, and runs.
SHOWN, RUNS = 100, 20


class StartForm(Keepable, Refusable):
    export_id = forms.UUIDField(widget=Input("hidden"), initial=uuid.uuid4)
    shape = forms.ChoiceField(choices=Shape.choices)
    with_invoices = Tick(
        _lazy("Mails bring the open invoices along, up to %(most)d of them") % {"most": MOST}
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A company of the preview: what it owes, what of it is overdue, and where a mail would go."""

    chosen: Chosen
    addresses: list[str]

    @property
    def balances(self) -> list[Money]:
        return [aged.balance for aged in self.chosen.balances]

    @property
    def overdue(self) -> list[Money]:
        return [aged.overdue for aged in self.chosen.balances if aged.overdue]


@page(Permission.READ)
def statements(request: DeskRequest) -> HttpResponse:
    form = StatementsForm(request.GET, request.actor, request.store.today(timezone.now()))
    return _page(request, form, StartForm(initial={"shape": Shape.ZIP}))


@page(Permission.READ, methods=("POST",), keeps=True)
def start_statements(request: DeskRequest) -> HttpResponse:
    form = StatementsForm(request.POST, request.actor, request.store.today(timezone.now()))
    start = StartForm(request.POST)
    if form.is_valid() and start.is_valid() and built_ledger(request.store) is not None:
        given = start.cleaned_data
        try:
            question = replace(form.question, with_invoices=given["with_invoices"])
            export = create_statements(
                request.actor, given["export_id"], question, Shape(given["shape"]), form.words
            )
            return SeeOther(reverse("desk:export", args=[request.store.slug, export.pk]))
        except Invalid as broken:
            start.refuse(broken.fields)
    return _page(request, form, start)


def _page(request: DeskRequest, form: StatementsForm, start: StartForm) -> HttpResponse:
    is_built = built_ledger(request.store) is not None
    chosen = chosen_companies(request.actor, form.question) if is_built and form.is_valid() else []
    addresses = recipients_of_each(request.store.pk, (each.company for each in chosen))
    runs = Export.objects.visible_to(request.actor).filter(of=Export.Of.STATEMENTS)
    latest = runs.select_related("archive", "actor__user", "store").order_by("-asked_at")[:RUNS]
    context: dict[str, Any] = {
        "form": form,
        "start": start,
        "is_built": is_built,
        "rows": [Row(each, addresses[each.company.api_id]) for each in chosen[:SHOWN]],
        "count": len(chosen),
        "more": max(0, len(chosen) - SHOWN),
        "without": sum(not found for found in addresses.values()),
        "shapes": _shapes(request),
        "text": text_of(request.store, Mail.Kind.STATEMENT),
        "runs": [facts_of(request, run) for run in latest],
        "sends_mail": settings.SENDS_MAIL,
    }
    status = 422 if form.errors or start.errors else 200
    return render(request, "statements/page.html", context, status=status)


def _shapes(request: DeskRequest) -> list[tuple[str, str, str]]:
    """The ways to have them: value, label, and what is to be known before choosing."""
    files = [
        (Shape.ZIP, _("A PDF for each company, with a list of all of them and of what is missing.")),
        (Shape.MERGED, _("For printing in one go, with a bookmark for each company.")),
    ]
    mail = (Shape.MAIL, _("Each company gets its PDF by mail; those without an address are named."))
    offered = [*files, mail] if may(request.actor, Permission.SEND_MAIL) else files
    return [(shape.value, str(shape.label), hint) for shape, hint in offered]
