"""Taking back a write-off or an applied credit: what would be open again is shown first."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.desk.forms.change_form import ChangeForm, ReasonField
from arportal.desk.payments.balances import balances
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import confirm
from arportal.mirror.models import Invoice
from arportal.receivables.invoices.apply_credit import UndoCredit
from arportal.receivables.invoices.balance_moves import credit_move_of, move_of, preview
from arportal.receivables.invoices.write_off import UndoWriteOff
from arportal.receivables.models import Change
from arportal.stores.access import Permission

UNDOING: dict[str, type[UndoWriteOff | UndoCredit]] = {
    Change.Verb.WRITE_OFF: UndoWriteOff,
    Change.Verb.APPLY_CREDIT: UndoCredit,
}


class UndoForm(ChangeForm):
    reason = ReasonField()


@page(Permission.WRITE_OFF, methods=("GET", "HEAD", "POST"), keeps=True)
def undo_move(request: DeskRequest, change_id: uuid.UUID) -> HttpResponse:
    made = Change.objects.visible_to(request.actor).filter(verb__in=UNDOING, state=Change.State.APPLIED)
    change = made.select_related("actor__user").filter(pk=change_id).first()
    if change is None:
        raise Http404(_("There is no such write-off and no such credit."))
    form = UndoForm(request.POST or None)
    if form.is_valid() and (response := _sent(request, change, form)):
        return response
    moves = [move_of(change)] if change.credit_id is None else [credit_move_of(change), move_of(change)]
    rows = Invoice.objects.visible_to(request.actor).by_api_id(move.invoice_id for move in moves)
    effects = [
        preview(rows[move.invoice_id], move.before - move.after) for move in moves if move.invoice_id in rows
    ]
    context = {
        "change": change,
        "invoice": rows.get(move_of(change).invoice_id),
        "form": form,
        "balances": balances(effects, request.store.today(timezone.now())),
    }
    return render(request, "invoices/undo.html", context, status=form.http_status)


def _sent(request: DeskRequest, change: Change, form: UndoForm) -> HttpResponse | None:
    """None, with the reasons in the form, for what was refused."""
    verb = UNDOING[change.verb](
        actor=request.actor,
        change_id=form.cleaned_data["change_id"],
        undoes=change.pk,
        reason=form.cleaned_data["reason"],
    )
    try:
        return confirm(request, form, verb, _("Taken back."))
    except Invoice.DoesNotExist:
        raise Http404(_("The store no longer has the invoice.")) from None
