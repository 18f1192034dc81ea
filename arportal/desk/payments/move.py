"""Moving a payment to its next status, and the page that asks first where balances change."""

import uuid

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from arportal.b2b import ProcessingStatus
from arportal.desk.format.statuses import payment_words
from arportal.desk.forms.change_form import STALE, ChangeForm, SeenField
from arportal.desk.lists.lists import viewer_of
from arportal.desk.payments import moved_rows
from arportal.desk.payments.balances import balances
from arportal.desk.payments.forms import VERSION, sealed_version
from arportal.desk.payments.move_buttons import moves_of
from arportal.desk.payments.page import get_payment_or_404, payment_page
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import settled
from arportal.desk.site.results import result_link
from arportal.desk.site.sign_in import require_fresh
from arportal.mirror.models import Payment
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.payments.payment_contents import read_afresh
from arportal.receivables.payments.previews import preview_status
from arportal.receivables.payments.set_status import SetStatus
from arportal.receivables.payments.versions import StatusConflict, Version
from arportal.stores.access import Permission

STATUSES = [(int(status), status.name) for status in ProcessingStatus if status]


class StatusField(forms.TypedChoiceField):
    """A status that a payment can be given."""

    def __init__(self) -> None:
        super().__init__(coerce=lambda value: ProcessingStatus(int(value)), choices=STATUSES)


class MoveForm(ChangeForm):
    status = StatusField()
    seen = SeenField(VERSION)


@page(Permission.MOVE_PAYMENT, methods=("POST",))
def set_status(request: DeskRequest, payment_id: int) -> HttpResponse:
    payment = get_payment_or_404(request, payment_id)
    form = MoveForm(request.POST, of=payment_id)
    if not form.is_valid():
        is_unknown = "status" in form.errors
        words = _("That is not a status a payment can take.") if is_unknown else str(STALE)
        return _refuse(request, payment, words)
    if form.cleaned_data["status"] == ProcessingStatus.REFUNDED:
        require_fresh(request)
    try:
        return _move(request, payment, form)
    except StatusConflict as outdated:
        return _stale(request, outdated)
    except Invalid as broken:
        return _refuse(request, payment, str(broken), form.cleaned_data["status"])


@page(Permission.MOVE_PAYMENT)
def confirm_move(request: DeskRequest, payment_id: int, status: int) -> HttpResponse:
    """The balances that will change, before and after, read from the store at this moment; and the question."""
    payment = get_payment_or_404(request, payment_id)
    problem = ""
    if status == ProcessingStatus.REFUNDED:
        require_fresh(request)
    try:
        payment = read_afresh(request.actor, payment_id, with_balances=True)
    except Invalid as unreadable:
        problem = str(unreadable)
    if not any(move.status == status for move in moves_of(request.actor, payment)):
        raise Http404(_("This payment cannot be moved there."))
    effects = preview_status(request.actor, payment, ProcessingStatus(status))
    context = {
        "payment": payment,
        "status": status,
        "seen": sealed_version(payment),
        "refund": status == ProcessingStatus.REFUNDED,
        "problem": problem,
        "reopens": any(each.after > each.before for each in effects),
        "balances": balances(effects, viewer_of(request).today),
        "change_id": uuid.uuid4(),
    }
    return render(request, "payments/confirm.html", context)


def _move(request: DeskRequest, payment: Payment, form: MoveForm) -> HttpResponse:
    status = form.cleaned_data["status"]
    change = perform(
        SetStatus(
            actor=request.actor,
            change_id=form.cleaned_data["change_id"],
            payment_id=payment.api_id,
            status=status,
            seen=Version.of_before(form.cleaned_data["seen"]),
        )
    )
    words = _("Payment #%(id)d is now %(status)s.") % {"id": payment.api_id, "status": payment_words(status)}
    if request.htmx and result_link(request.actor, change):
        now = get_payment_or_404(request, payment.api_id)
        return moved_rows.moved(request, now, words, was=change.before["status"])
    answer = settled(request, change, words)
    if answer is None:
        return _refuse(request, payment, change.error, status)
    # A row cannot hold the page of a change that is not at its end: htmx is sent there as a whole.
    return HttpResponseClientRedirect(answer.url) if request.htmx else answer


def _refuse(request: DeskRequest, payment: Payment, reason: str, wanted: int = 0) -> HttpResponse:
    """The payment as it is by now, and why it was not moved: the refusal may have come of a look at the store."""
    now = Payment.objects.visible_to(request.actor).filter(api_id=payment.api_id).first()
    if request.htmx and now is None:
        return HttpResponseClientRedirect(link("payments", request.store.slug))
    if request.htmx and now is not None:
        return moved_rows.refused(request, now, reason, wanted)
    return payment_page(request, now or payment, problem=reason, wanted=wanted)


def _stale(request: DeskRequest, outdated: StatusConflict) -> HttpResponse:
    """Both versions side by side, and what can be done with the payment as it is now."""
    if request.htmx:
        return moved_rows.stale(request, outdated)
    context = {
        "payment": outdated.now,
        "stale": outdated,
        "seen": sealed_version(outdated.now),
        "moves": moves_of(request.actor, outdated.now),
        "change_id": uuid.uuid4(),
    }
    return render(request, "payments/stale.html", context, status=422)
