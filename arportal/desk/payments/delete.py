"""Deleting a payment: what goes with it is shown first, and has to be confirmed."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from arportal.desk.lists.lists import viewer_of
from arportal.desk.payments.balances import balances
from arportal.desk.payments.differences import changes_meanwhile
from arportal.desk.payments.forms import DeletionForm, sealed
from arportal.desk.payments.page import fresh_payment, get_payment_or_404, payment_page
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import settled
from arportal.mirror.models import Payment, Receipt
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.payments.delete_payment import DeletePayment, preview_deletion
from arportal.stores.access import Permission


@page(Permission.DELETE_PAYMENT, methods=("GET", "HEAD", "POST"), keeps=True)
def delete_payment(request: DeskRequest, payment_id: int) -> HttpResponse:
    if request.method == "POST":
        return _sent(request, payment_id)
    payment = get_payment_or_404(request, payment_id)
    try:
        payment, problem = fresh_payment(request, payment)
    except Invalid as unreadable:
        return payment_page(request, payment, problem=str(unreadable))
    form = DeletionForm(None, payment_id, initial={"seen": sealed(payment)})
    return _show(request, payment, form, problem=problem)


def _sent(request: DeskRequest, payment_id: int) -> HttpResponse:
    """The payment may be gone by now, by this very form: only the verb can tell."""
    form = DeletionForm(request.POST.dict(), payment_id)
    if not form.is_valid():
        payment = get_payment_or_404(request, payment_id)
        if {"change_id", "seen"} & form.errors.keys():
            form.renew(payment)
        return _show(request, payment, form, status=422)
    try:
        change = perform(
            DeletePayment(
                actor=request.actor,
                change_id=form.cleaned_data["change_id"],
                payment_id=payment_id,
                seen=form.cleaned_data["seen"],
                reason=form.cleaned_data["reason"],
            )
        )
    except Payment.DoesNotExist:
        raise Http404(_("There is no such payment.")) from None
    except Invalid as broken:
        return _refuse(request, payment_id, form, broken)
    words = _("Payment #%(id)d is deleted.") % {"id": payment_id}
    response = settled(request, change, words)
    if response is None:
        return _refuse(request, payment_id, form, Invalid({"": [change.error]}), renew=True)
    return response


def _refuse(
    request: DeskRequest, payment_id: int, form: DeletionForm, broken: Invalid, *, renew: bool = False
) -> HttpResponse:
    """The form with the payment as it is by now; what it was shown as no longer counts as agreed to."""
    payment = get_payment_or_404(request, payment_id)
    form.refuse(broken.fields)
    meanwhile = changes_meanwhile(request.actor, broken)
    if request.layout.busy:
        form.again()
    elif meanwhile or renew:
        form.renew(payment)
    return _show(request, payment, form, status=422, meanwhile=meanwhile)


def _show(
    request: DeskRequest, payment: Payment, form: DeletionForm, status: int = 200, **more: Any
) -> HttpResponse:
    receipts = Receipt.objects.visible_to(request.actor).filter(payment_id=payment.api_id)
    context = {
        "payment": payment,
        "form": form,
        "balances": balances(preview_deletion(request.actor, payment), viewer_of(request).today),
        "receipts": receipts.defer("raw").order_by("api_id"),
    }
    return render(request, "payments/delete.html", context | more, status=status)
