"""What recording a payment will do, shown before anything is sent."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.desk.companies.list import get_company_or_404
from arportal.desk.format.markup import markup
from arportal.desk.lists.lists import viewer_of
from arportal.desk.recording import recording_drafts
from arportal.desk.recording.recording import already, show, valid
from arportal.desk.recording.recording_form import OfflinePaymentForm
from arportal.desk.recording.recording_sheet import Sheet
from arportal.desk.site.links import link, recording_link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther, settled
from arportal.mirror.models import Company
from arportal.receivables.allocation.duplicates import likely_duplicates
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.limits import first_state
from arportal.receivables.models import Change
from arportal.receivables.payments.previews import preview_recording, refresh_balances
from arportal.receivables.payments.record_payment import (
    NOTHING,
    Accepted,
    OfflinePayment,
    check,
    memo_of,
    record_offline,
)
from arportal.stores.access import Permission

WARNINGS = {"overpayment", "duplicates"}


@page(Permission.RECORD_PAYMENT, methods=("GET", "HEAD", "POST"), keeps=True)
def preview(request: DeskRequest, company_id: int, change_id: uuid.UUID) -> HttpResponse:
    """Balances before and after, and what speaks against it; sent, it records the payment."""
    company = get_company_or_404(request, company_id)
    if request.method == "POST":
        return _record(request, company, change_id, _form(request, company, request.POST.dict()))
    elsewhere = already(request, company, change_id)
    if elsewhere is not None:
        return elsewhere
    draft = recording_drafts.find(request, company, change_id)
    if draft is None:
        messages.info(request, _("This form has expired. Fill it in again."))
        return SeeOther(recording_link("recording", request.store.slug, company_id, change_id))
    form = _form(request, company, draft)
    try:
        payment = valid(form)
        is_fresh = refresh_balances(request.actor, [each.invoice_id for each in payment.allocations])
        check(request.actor, payment)
    except Invalid as broken:
        return _back_to_form(request, company, change_id, form, broken)
    return _show(request, company, change_id, form, payment, is_fresh=is_fresh)


def _record(
    request: DeskRequest, company: Company, change_id: uuid.UUID, form: OfflinePaymentForm
) -> HttpResponse:
    try:
        payment = valid(form)
        change = record_offline(request.actor, change_id, payment, _accepted(request))
    except Invalid as broken:
        if broken.fields and set(broken.fields) <= WARNINGS:
            return _show(request, company, change_id, form, payment, reasons=broken.fields)
        return _back_to_form(request, company, change_id, form, broken)
    recording_drafts.forget(request, change_id)
    answered = settled(request, change, _done(request, change))
    if answered is None and request.layout.busy:
        return _without_room(request, company, form, payment, change.error)
    # The store has refused this change for good: sent again, it is to be a new one.
    return answered or _back_to_form(request, company, uuid.uuid4(), form, Invalid({"": [change.error]}))


def _without_room(
    request: DeskRequest, company: Company, form: OfflinePaymentForm, payment: OfflinePayment, reason: str
) -> HttpResponse:
    """The preview once more, of a new change: nothing has happened, and what was agreed to still is."""
    change_id = uuid.uuid4()
    recording_drafts.save(request, company, change_id, recording_drafts.kept(form.data))
    return _show(request, company, change_id, form, payment, is_fresh=False, reasons={"": [reason]})


def _accepted(request: DeskRequest) -> Accepted:
    return Accepted(
        overpayment="overpayment" in request.POST,
        duplicates=frozenset(request.POST.get("duplicates", "").split()),
    )


def _done(request: DeskRequest, change: Change) -> str:
    next_url = link("record_payment", request.store.slug)
    words = _("Payment #%(id)s is recorded.") % {"id": change.target_id}
    return markup('{} <a href="{}">{}</a>', words, next_url, _("Record another"))


def _form(request: DeskRequest, company: Company, draft: dict[str, str]) -> OfflinePaymentForm:
    ids = recording_drafts.invoice_ids(draft)
    return OfflinePaymentForm(draft, sheet=Sheet(request.actor, company, draft.get("currency", ""), ids))


def _back_to_form(
    request: DeskRequest, company: Company, change_id: uuid.UUID, form: OfflinePaymentForm, broken: Invalid
) -> HttpResponse:
    """As it was filled in, with the reasons."""
    recording_drafts.save(request, company, change_id, recording_drafts.kept(form.data))
    form.refuse(broken.fields)
    return show(request, company, change_id, form, status=422)


def _show(
    request: DeskRequest,
    company: Company,
    change_id: uuid.UUID,
    form: OfflinePaymentForm,
    payment: OfflinePayment,
    *,
    is_fresh: bool = True,
    reasons: dict[str, list[str]] | None = None,
) -> HttpResponse:
    lines = preview_recording(request.actor, company.api_id, payment.allocations)
    today, duplicates = viewer_of(request).today, likely_duplicates(request.actor, payment, change_id)
    # What was ticked stays so where nothing else was wrong, but for a likely duplicate that was not seen yet.
    accepted = _accepted(request) if request.layout.busy else NOTHING
    found: dict[str, Any] = {
        **{"company": company, "change_id": change_id, "payment": payment, "is_fresh": is_fresh},
        "total": Money(payment.total, payment.currency),
        "lines": [(line, line.invoice.state_on(today), line.then.state_on(today)) for line in lines],
        "credits": [line for line in lines if line.credit],
        "duplicates": duplicates,
        "accepts_overpayment": accepted.overpayment,
        "accepts_duplicates": {each.key for each in duplicates} <= (accepted.duplicates or set()),
        "memo": memo_of(change_id, payment.reference, payment.memo),
        "waits": first_state(request.store, payment.total, payment.currency) == Change.State.WAITING,
        "kept": recording_drafts.kept(form.data),
        "reasons": reasons or {},
        "problem": "; ".join((reasons or {}).get("", [])),
    }
    return render(request, "payments/record_preview.html", found, status=422 if reasons else 200)
