"""One payment: what it is, what it paid, and what was done with it."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from arportal.desk.lists import seen_by
from arportal.desk.move_buttons import moves_of
from arportal.desk.pages import DeskRequest, page
from arportal.desk.payment_queue import kind_words
from arportal.desk.statuses import payment_words
from arportal.mirror.models import Invoice, Payment, PaymentLine
from arportal.receivables.models import Change, PaymentRecord
from arportal.stores.access import Permission
from arportal.stores.models import Membership


@page(Permission.READ)
def payment(request: DeskRequest, payment_id: int) -> HttpResponse:
    return payment_page(request, seen_payment(request, payment_id))


def payment_page(request: DeskRequest, payment: Payment, problem: str = "") -> HttpResponse:
    """The payment's page; with a problem, the reason why it was not moved (422)."""
    lines = PaymentLine.objects.filter(store=request.store, payment_id=payment.api_id).order_by("position")
    invoices = Invoice.objects.visible_to(request.actor).by_api_id(line.invoice_id for line in lines)
    midnight = seen_by(request).midnight
    found = {
        "payment": payment,
        "kind": kind_words(payment),
        "lines": [_line(line, invoices.get(line.invoice_id), midnight) for line in lines],
        "record": _record(request.actor, payment),
        "moves": moves_of(request.actor, payment),
        "history": _history(request.actor, payment),
        "change_id": uuid.uuid4(),
        "problem": problem,
    }
    return render(request, "payments/page.html", found, status=422 if problem else 200)


def seen_payment(request: DeskRequest, payment_id: int) -> Payment:
    found = Payment.objects.visible_to(request.actor).filter(api_id=payment_id).first()
    if found is None:
        raise Http404(_("There is no such payment."))
    return found


def _line(line: PaymentLine, invoice: Invoice | None, midnight: Any) -> dict[str, Any]:
    return {"line": line, "invoice": invoice, "state": invoice and invoice.state_on(midnight)}


def _record(actor: Membership, payment: Payment) -> PaymentRecord | None:
    """What staff wrote down with it, when it was recorded here."""
    made = Change.objects.visible_to(actor).filter(verb=Change.Verb.RECORD_PAYMENT, target_id=payment.api_id)
    return PaymentRecord.objects.filter(change__in=made).first()


def _history(actor: Membership, payment: Payment) -> list[dict[str, Any]]:
    verbs = (Change.Verb.RECORD_PAYMENT, Change.Verb.SET_PAYMENT_STATUS)
    made = Change.objects.visible_to(actor).filter(verb__in=verbs, target_id=payment.api_id)
    recent = made.select_related("actor__user").order_by("-asked_at")[:50]
    return [{"change": change, "words": payment_words(change.payload["status"])} for change in recent]
