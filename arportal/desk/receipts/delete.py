"""Deleting a receipt; the payment stays."""

import uuid

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.widgets import Input
from arportal.desk.payments.forms import STALE, ReasonField, TickField
from arportal.desk.receipts.page import get_receipt_or_404, receipt_facts
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import settled
from arportal.mirror.models import Receipt
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.receipts.receipt_deletion import DeleteReceipt
from arportal.stores.access import Permission


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


@page(Permission.DELETE_PAYMENT, methods=("GET", "HEAD", "POST"), keeps=True)
def delete_receipt(request: DeskRequest, receipt_id: int) -> HttpResponse:
    if request.method != "POST":
        return _show(request, receipt_id, ReceiptDeletionForm(use_required_attribute=False))
    form = ReceiptDeletionForm(request.POST.dict(), use_required_attribute=False)
    if not form.is_valid():
        if "change_id" in form.errors:
            form.renew()
        return _show(request, receipt_id, form, status=422)
    try:
        # The receipt may be gone by now, by this very form: only the verb can tell.
        change = perform(
            DeleteReceipt(
                actor=request.actor,
                change_id=form.cleaned_data["change_id"],
                receipt_id=receipt_id,
                reason=form.cleaned_data["reason"],
            )
        )
    except Receipt.DoesNotExist:
        raise Http404(_("There is no such receipt.")) from None
    except Invalid as broken:
        form.add_error(None, str(broken))
        return _show(request, receipt_id, form, status=422)
    response = settled(request, change, _("Receipt #%(id)d is deleted.") % {"id": receipt_id})
    if response is None:
        form.add_error(None, change.error)
        form.renew()
    return response or _show(request, receipt_id, form, status=422)


def _show(
    request: DeskRequest, receipt_id: int, form: ReceiptDeletionForm, status: int = 200
) -> HttpResponse:
    context = receipt_facts(request, get_receipt_or_404(request, receipt_id)) | {"form": form}
    return render(request, "receipts/delete.html", context, status=status)
