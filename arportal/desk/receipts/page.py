"""One receipt, and deleting it."""

import uuid
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.widgets import Input
from arportal.desk.lists.lists import viewer_of
from arportal.desk.lists.prev_next import prev_next
from arportal.desk.payments.forms import STALE, ReasonField, TickField
from arportal.desk.receipts.list import RECEIPTS
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import settled
from arportal.mirror.models import Company, Invoice, Payment, Receipt, ReceiptLine
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.receipts.receipt_deletion import DeleteReceipt
from arportal.stores.access import Permission, may


class ReceiptDeletionForm(Keepable, forms.Form):
    change_id = forms.UUIDField(
        widget=Input("hidden"), initial=uuid.uuid4, error_messages={"invalid": STALE, "required": STALE}
    )
    reason = ReasonField()
    sure = TickField(_lazy("Delete this receipt permanently"))

    def top_reasons(self) -> list[str]:
        return [*self.non_field_errors(), *self.errors.get("change_id", [])]

    def renew(self) -> None:
        """A new change id: sent again, it is to be a new change."""
        self.data = {**self.data, "change_id": str(uuid.uuid4())}


@page(Permission.READ)
def receipt(request: DeskRequest, receipt_id: int) -> HttpResponse:
    return receipt_page(request, get_receipt_or_404(request, receipt_id))


def receipt_page(request: DeskRequest, receipt: Receipt, problem: str = "") -> HttpResponse:
    """The receipt's page; with a problem, the reason why there is no PDF of it (422)."""
    context = {
        **_facts(request, receipt),
        "may_delete": may(request.actor, Permission.DELETE_PAYMENT),
        "prev_next": prev_next(RECEIPTS, request, receipt, "receipt"),
        "problem": problem,
    }
    return render(request, "receipts/page.html", context, status=422 if problem else 200)


@page(Permission.DELETE_PAYMENT, methods=("GET", "HEAD", "POST"), keeps=True)
def delete_receipt(request: DeskRequest, receipt_id: int) -> HttpResponse:
    if request.method == "POST":
        return _sent(request, receipt_id)
    return _ask(request, receipt_id, ReceiptDeletionForm(use_required_attribute=False))


def _sent(request: DeskRequest, receipt_id: int) -> HttpResponse:
    """The receipt may be gone by now, by this very form: only the verb can tell."""
    form = ReceiptDeletionForm(request.POST.dict(), use_required_attribute=False)
    if not form.is_valid():
        if "change_id" in form.errors:
            form.renew()
        return _ask(request, receipt_id, form, status=422)
    change_id, reason = form.cleaned_data["change_id"], form.cleaned_data["reason"]
    try:
        change = perform(
            DeleteReceipt(actor=request.actor, change_id=change_id, receipt_id=receipt_id, reason=reason)
        )
    except Receipt.DoesNotExist:
        raise Http404(_("There is no such receipt.")) from None
    except Invalid as broken:
        form.add_error(None, str(broken))
        return _ask(request, receipt_id, form, status=422)
    words = _("Receipt #%(id)d is deleted.") % {"id": receipt_id}
    answer = settled(request, change, words)
    if answer is None:
        form.add_error(None, change.error)
        form.renew()
    return answer or _ask(request, receipt_id, form, status=422)


def _ask(request: DeskRequest, receipt_id: int, form: ReceiptDeletionForm, status: int = 200) -> HttpResponse:
    context = {**_facts(request, get_receipt_or_404(request, receipt_id)), "form": form}
    return render(request, "receipts/delete.html", context, status=status)


def get_receipt_or_404(request: DeskRequest, receipt_id: int) -> Receipt:
    found = Receipt.objects.visible_to(request.actor).filter(api_id=receipt_id).first()
    if found is None:
        raise Http404(_("There is no such receipt."))
    return found


def _facts(request: DeskRequest, receipt: Receipt) -> dict[str, Any]:
    actor, today = request.actor, viewer_of(request).today
    lines = ReceiptLine.objects.visible_to(actor).filter(receipt_id=receipt.api_id).defer("raw")
    invoices = Invoice.objects.visible_to(actor).by_api_id(line.invoice_id for line in lines)
    pairs = [(line, invoices.get(line.invoice_id)) for line in lines.order_by("api_id")]
    return {
        "receipt": receipt,
        "company": Company.objects.visible_to(actor).filter(api_id=receipt.company_id).first(),
        "payment": Payment.objects.visible_to(actor).filter(api_id=receipt.payment_id or 0).first(),
        "lines": [(line, invoice, invoice and invoice.state_on(today)) for line, invoice in pairs],
    }
