"""Deleting a payment that is at the store and should not be."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from arportal.desk.payments.forms import DeletionForm
from arportal.desk.repairs.page import deletion_form, nowhere, show
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import settled
from arportal.mirror.models import Payment
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Discrepancy
from arportal.receivables.reconciliation import repairing
from arportal.stores.access import Permission


@page(Permission.REPAIR, methods=("POST",), keeps=True)
def repair_delete(request: DeskRequest, discrepancy_id: int, payment_id: int) -> HttpResponse:
    form = deletion_form(payment_id, request.POST.dict())
    if not form.is_valid():
        return show(request, discrepancy_id, refused={payment_id: form}, status=422)
    try:
        change = repairing.delete_payment(
            request.actor,
            form.cleaned_data["change_id"],
            discrepancy_id,
            payment_id,
            seen=form.cleaned_data["seen"],
            reason=form.cleaned_data["reason"],
        )
    except (Discrepancy.DoesNotExist, Payment.DoesNotExist):
        raise nowhere() from None
    except Invalid as broken:
        return _refuse(request, discrepancy_id, form, str(broken))
    words = _("Payment #%(id)d is deleted.") % {"id": payment_id}
    response = settled(request, change, words, back=link("repair", request.store.slug, discrepancy_id))
    if response is None:
        return _refuse(request, discrepancy_id, form, change.error)
    return response


def _refuse(request: DeskRequest, discrepancy_id: int, form: DeletionForm, reason: str) -> HttpResponse:
    """The form again, with what was typed. Where only room at the store is missing, it is the same form once more;
    else the payment may be another by now."""
    refused = {form.payment_id: form}
    if not request.layout.busy:
        return show(request, discrepancy_id, refused=refused, problem=reason, status=422)
    form.refuse({"": [reason]})
    form.again()
    return show(request, discrepancy_id, refused=refused, status=422)
