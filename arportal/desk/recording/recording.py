"""Recording an offline payment: what was received, and how much of it goes to which open invoice.

A form has its change's id in its address, so that "back", a reload and a second click are the same payment.
"""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.desk.companies.list import get_company_or_404
from arportal.desk.format.formats import formatter
from arportal.desk.lists.lists import viewer_of
from arportal.desk.recording import recording_beginnings, recording_drafts
from arportal.desk.recording.recording_drafts import Draft
from arportal.desk.recording.recording_form import AllocationForm, OfflinePaymentForm
from arportal.desk.recording.recording_proposal import allocated
from arportal.desk.recording.recording_sheet import Sheet
from arportal.desk.site.links import change_link, link, recording_link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.mirror.models import Company
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change
from arportal.receivables.payments.record_payment import OfflinePayment, check
from arportal.stores.access import Permission

RECENT = dt.timedelta(minutes=10)


@page(Permission.RECORD_PAYMENT)
def begin(request: DeskRequest, company_id: int) -> HttpResponse:
    """To a new form: empty, for invoices picked elsewhere (`pick`), or filled as a refused change (`again`)."""
    company, change_id = get_company_or_404(request, company_id), uuid.uuid4()
    again = _asked_before(request, company)
    if again is not None and again.state != Change.State.REFUSED:
        return SeeOther(change_link(request.store.slug, again.pk))
    if again is not None:
        draft = recording_beginnings.as_refused(request, company, again)
    else:
        draft = recording_beginnings.for_invoices(request, company, request.GET.getlist("pick"))
    if "currency" in request.GET:
        draft = {"currency": request.GET["currency"], **draft}
    if draft:
        recording_drafts.save(request, company, change_id, draft)
    return SeeOther(recording_link("recording", request.store.slug, company_id, change_id))


@page(Permission.RECORD_PAYMENT, methods=("GET", "HEAD", "POST"), keeps=True)
def record_payment(request: DeskRequest, company_id: int, change_id: uuid.UUID) -> HttpResponse:
    """The form; sent, it leads on to the preview."""
    company = get_company_or_404(request, company_id)
    elsewhere = already(request, company, change_id)
    if elsewhere is not None:
        return elsewhere
    if request.method != "POST":
        return _fresh(request, company, change_id)
    form = OfflinePaymentForm(request.POST.dict(), sheet=_sheet(request, company, request.POST.dict()))
    try:
        payment = valid(form)
        check(request.actor, payment)
    except Invalid as broken:
        form.refuse(broken.fields)
        return show(request, company, change_id, form, status=422)
    recording_drafts.save(request, company, change_id, recording_drafts.kept(form.data))
    return SeeOther(recording_link("recording_preview", request.store.slug, company_id, change_id))


@page(Permission.RECORD_PAYMENT, methods=("GET", "HEAD", "POST"), keeps=True)
def allocate(request: DeskRequest, company_id: int, change_id: uuid.UUID) -> HttpResponse:
    """Spreads the amount received over the invoices, as asked for, and shows the form again."""
    company, typed = get_company_or_404(request, company_id), recording_drafts.kept(request.POST.dict())
    form_url = recording_link("recording", request.store.slug, company_id, change_id)
    if request.method != "POST":
        return SeeOther(form_url)
    sheet = _sheet(request, company, typed)
    asked = AllocationForm(typed, sheet=sheet)
    try:
        draft = allocated(asked, typed)
    except Invalid as broken:
        form = OfflinePaymentForm(None, sheet=sheet, initial=typed)
        form.refuse(broken.fields)
        return show(request, company, change_id, form, status=422)
    recording_drafts.save(request, company, change_id, draft)
    return SeeOther(form_url)


@page(Permission.RECORD_PAYMENT, methods=("GET", "HEAD", "POST"), keeps=True)
def change_currency(request: DeskRequest, company_id: int, change_id: uuid.UUID) -> HttpResponse:
    """The form in the currency named by `to`; what was typed comes along but for the amounts."""
    company = get_company_or_404(request, company_id)
    form_url = recording_link("recording", request.store.slug, company_id, change_id)
    if request.method != "POST":
        return SeeOther(form_url)
    to, typed = request.POST.get("to", ""), recording_drafts.kept(request.POST.dict())
    sheet = _sheet(request, company, {"currency": to})
    if not to or not sheet.is_payable:
        form = OfflinePaymentForm(None, sheet=_sheet(request, company, typed), initial=typed)
        form.refuse({"": [_("This company has no open invoice in that currency.")]})
        return show(request, company, change_id, form, status=422)
    recording_drafts.save(request, company, change_id, recording_drafts.in_currency(typed, to))
    return SeeOther(form_url)


def already(request: DeskRequest, company: Company, change_id: uuid.UUID) -> HttpResponse | None:
    """Where a person goes whose form was sent to the store before: to what became of it."""
    if not Change.objects.filter(pk=change_id).exists():
        return None
    if Change.objects.visible_to(request.actor).filter(pk=change_id).exists():
        return SeeOther(change_link(request.store.slug, change_id))
    return SeeOther(link("record_payment_for", request.store.slug, company.api_id))


def valid(form: OfflinePaymentForm) -> OfflinePayment:
    """The payment asked for. Raises Invalid when the form cannot be read; the reasons are in it already."""
    if not form.is_valid():
        raise Invalid({})
    return form.payment()


def show(
    request: DeskRequest,
    company: Company,
    change_id: uuid.UUID,
    form: OfflinePaymentForm,
    *,
    note: str = "",
    status: int = 200,
) -> HttpResponse:
    today = viewer_of(request).today
    found: dict[str, Any] = {
        **{"company": company, "form": form, "change_id": change_id, "note": note},
        "rows": [(*row, row[0].invoice.days_late(today)) for row in form.rows()],
        "recent": _recent(request, company),
    }
    fragment = request.htmx and request.htmx.target == "allocation"
    template = "payments/_allocation.html" if fragment else "payments/record.html"
    response = render(request, template, found, status=status)
    response["Vary"] = "HX-Request, HX-Target"
    return response


def _fresh(request: DeskRequest, company: Company, change_id: uuid.UUID) -> HttpResponse:
    draft = recording_drafts.find(request, company, change_id) or {}
    sheet = _sheet(request, company, {"currency": request.GET.get("currency") or draft.get("currency", "")})
    if not sheet.is_payable:
        # All of it is paid by now, or the address is wrong.
        sheet = _sheet(request, company, {})
    draft = recording_drafts.in_currency(draft, sheet.currency)
    sheet = _sheet(request, company, draft)
    first = recording_beginnings.first_values(request, company)
    form = OfflinePaymentForm(None, sheet=sheet, initial={**first, **draft})
    if "received" not in draft:
        form.fields["received"].widget.attrs["autofocus"] = True
    return show(request, company, change_id, form, note=draft.get("note", ""))


def _asked_before(request: DeskRequest, company: Company) -> Change | None:
    """The change named by `again`."""
    try:
        change_id = uuid.UUID(request.GET.get("again", ""))
    except ValueError:
        return None
    mine = Change.objects.visible_to(request.actor).filter(company_id=company.api_id)
    return mine.filter(pk=change_id, verb=Change.Verb.RECORD_PAYMENT).first()


def _sheet(request: DeskRequest, company: Company, draft: Draft) -> Sheet:
    return Sheet(request.actor, company, draft.get("currency", ""), recording_drafts.invoice_ids(draft))


def _recent(request: DeskRequest, company: Company) -> dict[str, Any] | None:
    """What this person has just recorded from the company: going back to the form must not make it two."""
    mine = Change.objects.filter(store=request.store, actor=request.actor, company_id=company.api_id)
    recorded = mine.filter(verb=Change.Verb.RECORD_PAYMENT).exclude(state=Change.State.REFUSED)
    now = timezone.now()
    change = recorded.filter(asked_at__gt=now - RECENT).order_by("-asked_at").first()
    if change is None:
        return None
    return {
        "total": Money(change.amount or Decimal(0), change.currency),
        "age": formatter().age(change.asked_at, now),
        "url": change_link(request.store.slug, change.pk),
    }
