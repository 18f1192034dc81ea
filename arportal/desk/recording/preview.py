"""The effects of recording a payment, shown before anything is sent; sent, the page records it."""

import uuid
from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from arportal.b2b import Money
from arportal.desk.companies.page import get_company_or_404
from arportal.desk.lists.cells import anchor, markup
from arportal.desk.lists.lists import viewer_of
from arportal.desk.recording import drafts
from arportal.desk.recording.payment_form import OfflinePaymentForm
from arportal.desk.recording.record_payment import already_sent, filled_form, show_form
from arportal.desk.site.links import link, recording_link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther, settled
from arportal.mirror.models import Company
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.limits import first_state
from arportal.receivables.changes.verb import perform
from arportal.receivables.models import Change
from arportal.receivables.payments.previews import refresh_balances
from arportal.receivables.payments.record_payment import NOTHING, Accepted, RecordPayment, memo_of
from arportal.stores.access import Permission

WARNINGS = {"overpayment", "duplicates"}


@page(Permission.RECORD_PAYMENT, methods=("GET", "HEAD", "POST"), keeps=True)
def preview(request: DeskRequest, company_id: int, change_id: uuid.UUID) -> HttpResponse:
    """Balances before and after, and what speaks against it; sent, it records the payment."""
    company = get_company_or_404(request, company_id)
    if request.method == "POST":
        return _record(request, company, change_id)
    elsewhere = already_sent(request, company, change_id)
    if elsewhere is not None:
        return elsewhere
    draft = drafts.find(request, company, change_id)
    if draft is None:
        messages.info(request, _("This form has expired. Fill it in again."))
        return SeeOther(recording_link("recording", request.store.slug, company_id, change_id))
    form = filled_form(request, company, draft)
    try:
        verb = _verb(request, change_id, form)
        is_fresh = refresh_balances(request.actor, [each.invoice_id for each in verb.payment.allocations])
        verb.refresh()
    except Invalid as broken:
        return _back_to_form(request, company, change_id, form, broken)
    return _show(request, company, form, verb, is_fresh=is_fresh)


def _record(request: DeskRequest, company: Company, change_id: uuid.UUID) -> HttpResponse:
    # What is sent is what the page showed, not the draft, which another tab may have changed.
    form = filled_form(request, company, request.POST.dict())
    try:
        verb = _verb(request, change_id, form)
        change = perform(verb)
    except Invalid as broken:
        if broken.fields and set(broken.fields) <= WARNINGS:
            return _show(request, company, form, verb, reasons=broken.fields)
        return _back_to_form(request, company, change_id, form, broken)
    drafts.forget(request, change_id)
    next_url = link("record_payment", request.store.slug)
    words = _("Payment #%(id)s is recorded.") % {"id": change.target_id}
    done = markup("{} {}", words, anchor(next_url, _("Record another")))
    response = settled(request, change, done)
    if response is None:
        return _refused(request, company, form, verb, change.error)
    return response


def _refused(
    request: DeskRequest, company: Company, form: OfflinePaymentForm, verb: RecordPayment, reason: str
) -> HttpResponse:
    """The page that the refusal came from, of a new change: the store has refused this one for good."""
    refused = Invalid({"": [reason]})
    verb = replace(verb, change_id=uuid.uuid4())
    if not request.layout.busy:
        return _back_to_form(request, company, verb.change_id, form, refused)
    # The store only had no room: what was agreed to still is, and can be sent as soon as there is some.
    try:
        verb.refresh()
    except Invalid as broken:
        return _back_to_form(request, company, verb.change_id, form, broken)
    drafts.save(request, company, verb.change_id, drafts.kept(form.data))
    return _show(request, company, form, verb, is_fresh=False, reasons=refused.fields)


def _verb(request: DeskRequest, change_id: uuid.UUID, form: OfflinePaymentForm) -> RecordPayment:
    """Raises Invalid for a form that cannot be read; its reasons are in it already."""
    if not form.is_valid():
        raise Invalid({})
    accepted = Accepted(
        overpayment="overpayment" in request.POST,
        duplicates=frozenset(request.POST.get("duplicates", "").split()),
    )
    return RecordPayment(actor=request.actor, change_id=change_id, payment=form.payment(), accepted=accepted)


def _back_to_form(
    request: DeskRequest, company: Company, change_id: uuid.UUID, form: OfflinePaymentForm, broken: Invalid
) -> HttpResponse:
    """The form as it was filled in, with the reasons."""
    drafts.save(request, company, change_id, drafts.kept(form.data))
    form.refuse(broken.fields)
    return show_form(request, company, change_id, form, status=422)


def _show(
    request: DeskRequest,
    company: Company,
    form: OfflinePaymentForm,
    verb: RecordPayment,
    *,
    is_fresh: bool = True,
    reasons: dict[str, list[str]] | None = None,
) -> HttpResponse:
    today = viewer_of(request).today
    payment = verb.payment
    reasons = reasons or {}
    # What was ticked stays so where nothing else was wrong, but for a likely duplicate that was not seen yet.
    accepted = verb.accepted if request.layout.busy else NOTHING
    context = {
        "company": company,
        "change_id": verb.change_id,
        "payment": payment,
        "is_fresh": is_fresh,
        "total": Money(payment.total, payment.currency),
        "lines": [(line, line.invoice.state_on(today), line.then.state_on(today)) for line in verb.lines],
        "credits": [line for line in verb.lines if line.credit],
        "duplicates": verb.duplicates,
        "accepts_overpayment": accepted.overpayment,
        "accepts_duplicates": {each.key for each in verb.duplicates} <= (accepted.duplicates or set()),
        "memo": memo_of(verb.change_id, payment.reference, payment.memo),
        "waits": first_state(request.store, payment.total, payment.currency) == Change.State.WAITING,
        "kept": drafts.kept(form.data),
        "reasons": reasons,
        "problem": "; ".join(reasons.get("", [])),
    }
    return render(request, "payments/record_preview.html", context, status=422 if reasons else 200)
