"""The operations that the store offers on a payment; each is shown before it is done."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from arportal.b2b import PaymentOperation
from arportal.desk.lists.lists import viewer_of
from arportal.desk.payments.balances import balances
from arportal.desk.payments.differences import changes_meanwhile
from arportal.desk.payments.forms import PaymentForm, sealed
from arportal.desk.payments.history import operation_words
from arportal.desk.payments.page import fresh_payment, get_payment_or_404, payment_page
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import confirm
from arportal.mirror.models import Payment
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.payments.operate_payment import OperatePayment, offered, preview_operation
from arportal.receivables.payments.payment_contents import shown
from arportal.stores.access import Permission


@page(Permission.EDIT_PAYMENT, methods=("GET", "HEAD", "POST"))
def operate_payment(request: DeskRequest, payment_id: int, operation: int) -> HttpResponse:
    payment = get_payment_or_404(request, payment_id)
    wanted = PaymentOperation(operation)
    if request.method == "POST":
        return _sent(request, payment, wanted)
    try:
        payment, problem = fresh_payment(request, payment)
    except Invalid as unreadable:
        return payment_page(request, payment, problem=str(unreadable))
    if wanted not in offered(payment):
        raise Http404(_("The store does not offer this for the payment now."))
    form = PaymentForm(None, payment_id, initial={"seen": sealed(payment_id, shown(payment))})
    return _show(request, payment, wanted, form, problem)


def _sent(request: DeskRequest, payment: Payment, operation: PaymentOperation) -> HttpResponse:
    form = PaymentForm(request.POST.dict(), payment.api_id)
    if form.is_valid():
        verb = OperatePayment(
            actor=request.actor,
            change_id=form.cleaned_data["change_id"],
            payment_id=payment.api_id,
            operation=operation,
            seen=form.cleaned_data["seen"],
        )
        what = {"id": payment.api_id, "what": operation_words(operation)}
        if response := confirm(request, form, verb, _("Done for payment #%(id)d: %(what)s.") % what):
            return response
        # What was sent may have read it afresh.
        payment = get_payment_or_404(request, payment.api_id)
    if form.is_outdated:
        form.renew(shown(payment))
    return _show(request, payment, operation, form)


def _show(
    request: DeskRequest, payment: Payment, operation: PaymentOperation, form: PaymentForm, problem: str = ""
) -> HttpResponse:
    effects = preview_operation(request.actor, payment, operation)
    context = {
        "payment": payment,
        "form": form,
        "problem": problem,
        "meanwhile": changes_meanwhile(request.actor, form.conflict),
        "operation": int(operation),
        "what": operation_words(operation),
        "is_pull": operation is PaymentOperation.PULL_FROM_ORDER,
        "balances": balances(effects, viewer_of(request).today),
    }
    return render(request, "payments/operation.html", context, status=form.http_status)
