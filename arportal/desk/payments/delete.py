"""Deleting a payment: what goes with it is shown first, and has to be confirmed."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from arportal.desk.lists.lists import viewer_of
from arportal.desk.payments.balances import balances
from arportal.desk.payments.differences import changes_meanwhile
from arportal.desk.payments.forms import DeletionForm, sealed
from arportal.desk.payments.page import fresh_payment, get_payment_or_404, payment_page
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import confirm
from arportal.mirror.models import Payment, Receipt
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.payments.delete_payment import DeletePayment, preview_deletion
from arportal.receivables.payments.payment_contents import shown
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
    form = DeletionForm(None, payment_id, initial={"seen": sealed(payment_id, shown(payment))})
    return _show(request, payment, form, problem)


def _sent(request: DeskRequest, payment_id: int) -> HttpResponse:
    """The payment may be gone by now, by this very form: only the verb can tell."""
    form = DeletionForm(request.POST.dict(), payment_id)
    if form.is_valid():
        verb = DeletePayment(
            actor=request.actor,
            change_id=form.cleaned_data["change_id"],
            payment_id=payment_id,
            seen=form.cleaned_data["seen"],
            reason=form.cleaned_data["reason"],
        )
        try:
            response = confirm(request, form, verb, _("Payment #%(id)d is deleted.") % {"id": payment_id})
        except Payment.DoesNotExist:
            raise Http404(_("There is no such payment.")) from None
        if response is not None:
            return response
    payment = get_payment_or_404(request, payment_id)
    if form.is_outdated:
        form.renew(shown(payment))
    return _show(request, payment, form)


def _show(request: DeskRequest, payment: Payment, form: DeletionForm, problem: str = "") -> HttpResponse:
    receipts = Receipt.objects.visible_to(request.actor).filter(payment_id=payment.api_id)
    context = {
        "payment": payment,
        "form": form,
        "problem": problem,
        "meanwhile": changes_meanwhile(request.actor, form.conflict),
        "balances": balances(preview_deletion(request.actor, payment), viewer_of(request).today),
        "receipts": receipts.defer("raw").order_by("api_id"),
    }
    return render(request, "payments/delete.html", context, status=form.http_status)
