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
from arportal.desk.companies.page import get_company_or_404
from arportal.desk.format.formats import formatter
from arportal.desk.lists.lists import viewer_of
from arportal.desk.recording import drafts
from arportal.desk.recording.drafts import FormDraft
from arportal.desk.recording.payment_form import AllocationForm, OfflinePaymentForm, OpenInvoices
from arportal.desk.site.links import change_link, link, recording_link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther, named_again
from arportal.mirror.ids import ids_in
from arportal.mirror.models import Company
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import BankLine, Change, OnAccount
from arportal.receivables.payments.record_payment import RecordPayment
from arportal.stores.access import Permission, may

RECENT = dt.timedelta(minutes=10)


@page(Permission.RECORD_PAYMENT)
def begin(request: DeskRequest, company_id: int) -> HttpResponse:
    """Leads to a new form: empty, for invoices picked elsewhere (`pick`), as a refused change (`again`), or of
    money `on_account`, of a `bank_line`."""
    company = get_company_or_404(request, company_id)
    change_id = uuid.uuid4()
    again = named_again(request, Change.Verb.RECORD_PAYMENT).filter(company_id=company.api_id).first()
    if again is None:
        draft = drafts.for_invoices(request, company, request.GET.getlist("pick"))
    elif again.state == Change.State.REFUSED:
        draft = drafts.as_refused(request, company, again)
    else:
        return SeeOther(change_link(request.store.slug, again.pk))
    if money := _money_on_account(request, company, request.GET.get("on_account", "")):
        draft = drafts.from_account(money)
    elif line := _bank_line(request, request.GET.get("bank_line", "")):
        draft = drafts.from_bank_line(line)
    if "currency" in request.GET:
        draft = {"currency": request.GET["currency"], **draft}
    if draft:
        drafts.save(request, company, change_id, draft)
    return SeeOther(recording_link("recording", request.store.slug, company_id, change_id))


@page(Permission.RECORD_PAYMENT, methods=("GET", "HEAD", "POST"), keeps=True)
def record_payment(request: DeskRequest, company_id: int, change_id: uuid.UUID) -> HttpResponse:
    """The form; sent, it leads on to the preview."""
    company = get_company_or_404(request, company_id)
    elsewhere = already_sent(request, company, change_id)
    if elsewhere is not None:
        return elsewhere
    if request.method != "POST":
        return _show_draft(request, company, change_id)
    form = filled_form(request, company, request.POST.dict())
    try:
        if not form.is_valid():
            raise Invalid({})  # The form has its reasons already.
        RecordPayment(actor=request.actor, change_id=change_id, payment=form.payment()).refresh()
    except Invalid as broken:
        form.refuse(broken.fields)
        return show_form(request, company, change_id, form, status=422)
    drafts.save(request, company, change_id, drafts.kept(form.data))
    return SeeOther(recording_link("recording_preview", request.store.slug, company_id, change_id))


@page(Permission.RECORD_PAYMENT, methods=("GET", "HEAD", "POST"), keeps=True)
def allocate(request: DeskRequest, company_id: int, change_id: uuid.UUID) -> HttpResponse:
    """Spreads the amount received over the invoices, as asked for, and shows the form again."""
    company = get_company_or_404(request, company_id)
    form_url = recording_link("recording", request.store.slug, company_id, change_id)
    if request.method != "POST":
        return SeeOther(form_url)
    typed = drafts.kept(request.POST.dict())
    invoices = _open_invoices(request, company, typed)
    try:
        draft = drafts.allocated(AllocationForm(typed, invoices), typed)
    except Invalid as broken:
        form = OfflinePaymentForm(None, invoices, initial=typed)
        form.refuse(broken.fields)
        return show_form(request, company, change_id, form, status=422)
    drafts.save(request, company, change_id, draft)
    return SeeOther(form_url)


@page(Permission.RECORD_PAYMENT, methods=("GET", "HEAD", "POST"), keeps=True)
def change_currency(request: DeskRequest, company_id: int, change_id: uuid.UUID) -> HttpResponse:
    """The form in the currency named by `to`; what was typed comes along but for the amounts."""
    company = get_company_or_404(request, company_id)
    form_url = recording_link("recording", request.store.slug, company_id, change_id)
    if request.method != "POST":
        return SeeOther(form_url)
    to = request.POST.get("to", "")
    typed = drafts.kept(request.POST.dict())
    if not to or not OpenInvoices(request.actor, company, to).is_payable:
        form = OfflinePaymentForm(None, _open_invoices(request, company, typed), initial=typed)
        form.refuse({"": [_("This company has no open invoice in that currency.")]})
        return show_form(request, company, change_id, form, status=422)
    drafts.save(request, company, change_id, drafts.in_currency(typed, to))
    return SeeOther(form_url)


def already_sent(request: DeskRequest, company: Company, change_id: uuid.UUID) -> HttpResponse | None:
    """The way to what became of a form that was sent to the store before; None for a new one."""
    if not Change.objects.filter(pk=change_id).exists():
        return None
    if Change.objects.visible_to(request.actor).filter(pk=change_id).exists():
        return SeeOther(change_link(request.store.slug, change_id))
    return SeeOther(link("record_payment_for", request.store.slug, company.api_id))


def filled_form(request: DeskRequest, company: Company, draft: FormDraft) -> OfflinePaymentForm:
    return OfflinePaymentForm(draft, _open_invoices(request, company, draft))


def show_form(
    request: DeskRequest,
    company: Company,
    change_id: uuid.UUID,
    form: OfflinePaymentForm,
    *,
    note: str = "",
    status: int = 200,
) -> HttpResponse:
    today = viewer_of(request).today
    context = {
        "company": company,
        "form": form,
        "change_id": change_id,
        "note": note,
        "rows": [(payable, field, payable.invoice.days_late(today)) for payable, field in form.rows()],
        "recent": _recorded_lately(request, company),
        "on_account": _money_on_account(request, company, str(form["on_account"].value() or "")),
        "bank_line": _bank_line(request, str(form["bank_line"].value() or "")),
    }
    # The button Allocate swaps the invoices alone: what is typed beside them meanwhile is not to be lost.
    fragment = request.htmx and request.htmx.target == "allocation"
    template = "payments/_allocation.html" if fragment else "payments/record.html"
    response = render(request, template, context, status=status)
    response["Vary"] = "HX-Request, HX-Target"
    return response


def _show_draft(request: DeskRequest, company: Company, change_id: uuid.UUID) -> HttpResponse:
    draft = drafts.find(request, company, change_id) or {}
    picked = drafts.invoice_ids(draft)
    currency = request.GET.get("currency") or draft.get("currency", "")
    invoices = OpenInvoices(request.actor, company, currency, picked)
    if not invoices.is_payable:
        # All of it is paid by now, or the address is wrong.
        invoices = OpenInvoices(request.actor, company, picked=picked)
    draft = drafts.in_currency(draft, invoices.currency)
    first = drafts.first_values(request, company)
    form = OfflinePaymentForm(None, invoices, initial={**first, **draft})
    if "received" not in draft:
        form.fields["received"].widget.attrs["autofocus"] = True
    return show_form(request, company, change_id, form, note=draft.get(drafts.NOTE, ""))


def _open_invoices(request: DeskRequest, company: Company, draft: FormDraft) -> OpenInvoices:
    return OpenInvoices(request.actor, company, draft.get("currency", ""), drafts.invoice_ids(draft))


def _money_on_account(request: DeskRequest, company: Company, money_id: str) -> OnAccount | None:
    rows = OnAccount.objects.visible_to(request.actor).filter(company_id=company.api_id)
    return rows.filter(pk__in=ids_in([money_id])).with_left().first()


def _bank_line(request: DeskRequest, line_id: str) -> BankLine | None:
    if not may(request.actor, Permission.MATCH_BANK):
        return None
    return BankLine.objects.visible_to(request.actor).open().filter(pk__in=ids_in([line_id])).first()


def _recorded_lately(request: DeskRequest, company: Company) -> dict[str, Any] | None:
    """The payment that this person has just recorded from the company: going back must not make it two."""
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
