"""Moving a payment to its next status, and the page that asks first where balances change."""

import uuid

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from arportal.b2b import ProcessingStatus
from arportal.desk.links import link
from arportal.desk.lists import seen_by
from arportal.desk.move_buttons import moves_of
from arportal.desk.outcomes import settled
from arportal.desk.pages import DeskRequest, page
from arportal.desk.payment_queue import PAYMENTS, status_counts
from arportal.desk.payments import payment_page, seen_payment
from arportal.desk.statuses import payment_words
from arportal.desk.tables import Table
from arportal.mirror.models import Payment
from arportal.receivables import moving
from arportal.receivables.effects import effects
from arportal.receivables.errors import Invalid
from arportal.receivables.models import Change
from arportal.stores.access import Permission


class MoveForm(forms.Form):
    change_id = forms.UUIDField()
    status = forms.TypedChoiceField(
        coerce=lambda value: ProcessingStatus(int(value)),
        choices=[(int(status), status.name) for status in ProcessingStatus if status],
    )


@page(Permission.MOVE_PAYMENT, methods=("POST",))
def set_status(request: DeskRequest, payment_id: int) -> HttpResponse:
    payment, form = seen_payment(request, payment_id), MoveForm(request.POST)
    if not form.is_valid():
        return _refuse(request, payment, _("That is not a status a payment can take."))
    status, change_id = form.cleaned_data["status"], form.cleaned_data["change_id"]
    try:
        change = moving.set_status(request.actor, change_id, payment_id, status)
    except Invalid as broken:
        return _refuse(request, payment, str(broken))
    words = _("Payment #%(id)d is now %(status)s.") % {"id": payment_id, "status": payment_words(status)}
    if request.htmx and change.state == Change.State.APPLIED:
        return _row(request, seen_payment(request, payment_id), said=words)
    answer = settled(request, change, link("payment", request.store.slug, payment_id), words)
    if answer is None:
        return _refuse(request, payment, change.error)
    # A row cannot hold the page of an unclear change: htmx is sent there as a whole.
    return HttpResponseClientRedirect(answer.url) if request.htmx else answer


@page(Permission.MOVE_PAYMENT)
def confirm_move(request: DeskRequest, payment_id: int, status: int) -> HttpResponse:
    """Says which balances will change, before and after, and asks."""
    payment = seen_payment(request, payment_id)
    move = next((move for move in moves_of(request.actor, payment) if move.status == status), None)
    if move is None:
        raise Http404(_("This payment cannot be moved there."))
    found = {
        "payment": payment,
        "status": status,
        "refund": status == ProcessingStatus.REFUNDED,
        "effects": effects(request.actor, payment, ProcessingStatus(status)),
        "change_id": uuid.uuid4(),
    }
    return render(request, "payments/confirm.html", found)


def _refuse(request: DeskRequest, payment: Payment, reason: str) -> HttpResponse:
    """With the payment as it is by now: the refusal may have come of a look at the store."""
    now = Payment.objects.visible_to(request.actor).filter(api_id=payment.api_id).first()
    if request.htmx and now is None:
        return HttpResponseClientRedirect(link("payments", request.store.slug))
    if request.htmx and now is not None:
        return _row(request, now, reason=reason)
    return payment_page(request, now or payment, problem=reason)


def _row(request: DeskRequest, payment: Payment, *, said: str = "", reason: str = "") -> HttpResponse:
    """The payment's row as it is now; the counts on the tabs come with it."""
    row = Table.seen_by(PAYMENTS.columns, seen_by(request)).row(payment)
    if reason:
        return trigger_client_event(
            HttpResponse(row, status=422), "desk:said", {"words": reason, "look": "error"}
        )
    counts = format_html_join(
        "",
        '<span class="count" id="count-{}" hx-swap-oob="true">{}</span>',
        status_counts(request.actor).items(),
    )
    response = HttpResponse(row + format_html("<template>{}</template>", counts))
    return trigger_client_event(response, "desk:said", {"words": said, "look": "success"})
