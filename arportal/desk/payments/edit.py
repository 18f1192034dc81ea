"""Editing an offline payment: the form, then what will change, then the change."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from arportal.desk.lists.lists import viewer_of
from arportal.desk.payments.balances import balances
from arportal.desk.payments.differences import changes_meanwhile, differences, invoice_numbers
from arportal.desk.payments.edit_form import EditForm
from arportal.desk.payments.page import fresh_payment, get_payment_or_404, payment_page
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import named_again, settled
from arportal.mirror.models import Payment
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.models import Change
from arportal.receivables.payments.allocation_limits import allocation_limits
from arportal.receivables.payments.edit_payment import EditPayment, preview_edit, record_of
from arportal.receivables.payments.payment_contents import read_afresh, shown
from arportal.stores.access import Permission

ASK, SAVE = "ask", "save"
# Of a company that owes thousands, so many open invoices are offered beside those the payment goes to.
MOST = 200


@page(Permission.EDIT_PAYMENT, methods=("GET", "HEAD", "POST"), keeps=True)
def edit_payment(request: DeskRequest, payment_id: int) -> HttpResponse:
    payment = get_payment_or_404(request, payment_id)
    if request.method == "POST":
        return _sent(request, payment)
    try:
        payment, problem = fresh_payment(request, payment)
    except Invalid as unreadable:
        return payment_page(request, payment, problem=str(unreadable))
    if not payment.is_offline:
        raise Http404(_("Only a payment that staff recorded can be edited."))
    refused = named_again(request, EditPayment.name).filter(state=Change.State.REFUSED)
    again = refused.filter(target_id=payment.api_id).first()
    return _show(request, payment, _form(request, payment, again), again=again, problem=problem)


def _sent(request: DeskRequest, payment: Payment) -> HttpResponse:
    """The form again, or the page that says what the edit will do, or the edit."""
    form, step = _form(request, payment), request.POST.get("step")
    if step not in (ASK, SAVE):
        form.errors.clear()
        return _show(request, payment, form)
    if not form.is_valid():
        if form.is_outdated:
            form.renew(shown(payment))
        return _show(request, payment, form, status=422)
    if step == SAVE:
        return _save(request, payment, form)
    try:
        payment, problem = fresh_payment(request, payment)
        return _confirm(request, payment, form, problem=problem)
    except Invalid as broken:
        return _refuse(request, payment, form, broken)


def _save(request: DeskRequest, payment: Payment, form: EditForm) -> HttpResponse:
    try:
        change = perform(
            EditPayment(
                actor=request.actor,
                change_id=form.cleaned_data["change_id"],
                payment_id=payment.api_id,
                wanted=form.edit(),
                accept_overpayment=form.cleaned_data["overpayment"],
            )
        )
    except Invalid as broken:
        if broken.fields.keys() == {"overpayment"}:
            form.refuse(broken.fields)
            return _confirm(request, payment, form, status=422)
        if request.layout.busy:
            return _without_room(request, payment, form, str(broken))
        return _refuse(request, payment, form, broken)
    words = _("Payment #%(id)d is saved.") % {"id": payment.api_id}
    response = settled(request, change, words)
    if response is not None:
        return response
    if request.layout.busy:
        return _without_room(request, payment, form, change.error)
    return _refused_by_store(request, payment, form, change)


def _without_room(request: DeskRequest, payment: Payment, form: EditForm, reason: str) -> HttpResponse:
    """The page that asks, once more: nothing has happened, and what was agreed to still is."""
    form.again()
    form.refuse({"": [reason]})
    try:
        return _confirm(request, get_payment_or_404(request, payment.api_id), form, status=422)
    except Invalid as broken:
        return _refuse(request, payment, form, broken)


def _confirm(
    request: DeskRequest, payment: Payment, form: EditForm, status: int = 200, problem: str = ""
) -> HttpResponse:
    asked, today = form.edit(), viewer_of(request).today
    preview = preview_edit(request.actor, payment, asked)
    was, will = preview.before, asked.after()
    found: dict[str, Any] = {
        "payment": payment,
        "form": form,
        "differences": differences(was, will, invoice_numbers(request.actor, was, will)),
        "balances": balances(preview.effects, today),
        "overpays": preview.overpays,
        "problem": problem,
    }
    return render(request, "payments/edit_confirm.html", found, status=status)


def _refuse(request: DeskRequest, payment: Payment, form: EditForm, broken: Invalid) -> HttpResponse:
    """The form as it was filled; with both versions when somebody else was faster."""
    now = Payment.objects.visible_to(request.actor).filter(api_id=payment.api_id).first()
    if now is None:
        return payment_page(request, payment, problem=str(broken))
    form.refuse(broken.fields)
    if isinstance(broken, Conflict):
        form.renew(shown(now))
    return _show(request, now, form, 422, meanwhile=changes_meanwhile(request.actor, broken))


def _refused_by_store(request: DeskRequest, payment: Payment, form: EditForm, change: Change) -> HttpResponse:
    """The form after a refusal for good: sent again, it is a new change, of the payment as it is now."""
    try:
        payment = read_afresh(request.actor, payment.api_id)
    except Invalid:
        payment = get_payment_or_404(request, payment.api_id)
    form.refuse({"": [change.error]})
    form.renew(shown(payment))
    return _show(request, payment, form, status=422)


def _form(request: DeskRequest, payment: Payment, again: Change | None = None) -> EditForm:
    data = request.POST.dict() if request.method == "POST" else None
    limits = allocation_limits(request.actor, payment, shown(payment))
    form = EditForm(data, payment, limits, record_of(request.actor, payment.api_id), most=MOST)
    if again is not None:
        form.fill_again(again.payload)
    return form


def _show(
    request: DeskRequest, payment: Payment, form: EditForm, status: int = 200, **more: Any
) -> HttpResponse:
    today = viewer_of(request).today
    rows = [
        (limit, field, limit.invoice.days_late(today) if limit.invoice else 0) for limit, field in form.rows()
    ]
    found = {"payment": payment, "form": form, "rows": rows}
    return render(request, "payments/edit.html", found | more, status=status)
