"""Deleting a receipt; the payment stays."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms.change_form import ChangeForm, ReasonField
from arportal.desk.forms.ticks import Confirmation
from arportal.desk.receipts.page import get_receipt_or_404, receipt_facts
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import confirm
from arportal.mirror.models import Receipt
from arportal.receivables.receipts.delete_receipt import DeleteReceipt
from arportal.stores.access import Permission


class ReceiptDeletionForm(ChangeForm):
    reason = ReasonField()
    sure = Confirmation(_lazy("Delete this receipt permanently"))


@page(Permission.DELETE_PAYMENT, methods=("GET", "HEAD", "POST"), keeps=True)
def delete_receipt(request: DeskRequest, receipt_id: int) -> HttpResponse:
    if request.method != "POST":
        return _show(request, receipt_id, ReceiptDeletionForm(None))
    form = ReceiptDeletionForm(request.POST.dict())
    if not form.is_valid():
        if "change_id" in form.errors:
            form.again()
        return _show(request, receipt_id, form)
    verb = DeleteReceipt(
        actor=request.actor,
        change_id=form.cleaned_data["change_id"],
        receipt_id=receipt_id,
        reason=form.cleaned_data["reason"],
    )
    try:
        # The receipt may be gone by now, by this very form: only the verb can tell.
        response = confirm(request, form, verb, _("Receipt #%(id)d is deleted.") % {"id": receipt_id})
    except Receipt.DoesNotExist:
        raise Http404(_("There is no such receipt.")) from None
    if response is None:
        return _show(request, receipt_id, form)
    return response


def _show(request: DeskRequest, receipt_id: int, form: ReceiptDeletionForm) -> HttpResponse:
    context = receipt_facts(request, get_receipt_or_404(request, receipt_id)) | {"form": form}
    return render(request, "receipts/delete.html", context, status=form.http_status)
