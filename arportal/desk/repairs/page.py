"""One discrepancy: what it is, the payments in question as they are now, and leaving it as it is."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.format.showing import is_showing
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.widgets import Input
from arportal.desk.lists.lists import viewer_of
from arportal.desk.payments.balances import Balance, balances
from arportal.desk.payments.differences import invoice_numbers
from arportal.desk.payments.forms import DeletionForm, sealed
from arportal.desk.repairs.list import rows_of
from arportal.desk.repairs.repair_words import asked_and_held, what
from arportal.desk.site.links import change_link, link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.mirror.models import Payment
from arportal.receivables.changes.deferring import get_by, is_deferred
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.excluding import in_the_way, under_way
from arportal.receivables.changes.reasons import LONGEST
from arportal.receivables.models import Discrepancy
from arportal.receivables.payments.delete_payment import preview_deletion
from arportal.receivables.payments.payment_contents import read_afresh, shown
from arportal.receivables.payments.set_status import OF_ONE_PAYMENT
from arportal.receivables.reconciliation import repairing
from arportal.receivables.reconciliation.discrepancies import Kind
from arportal.stores.access import Permission

# By payment number: the form that was sent and has come back.
Refused = dict[int, DeletionForm]


class NoteForm(Keepable, forms.Form):
    note = forms.CharField(
        label=_lazy("Reason for leaving it"),
        max_length=LONGEST,
        help_text=_lazy("For whoever asks later. It comes back should it change."),
        error_messages={"required": _lazy("Give a reason: it is kept.")},
        widget=Input(),
    )


@dataclass(frozen=True)
class InQuestion:
    """One of the payments, read afresh, and what deleting it would do. `is_ours`: our record names it;
    `in_the_way`: a change of it that has to come to its end first, in words, and where it is."""

    payment: Payment
    balances: list[Balance]
    form: DeletionForm
    is_ours: bool
    in_the_way: dict[str, str] | None


@page(Permission.REPAIR)
def repair(request: DeskRequest, discrepancy_id: int) -> HttpResponse:
    return show(request, discrepancy_id)


@page(Permission.REPAIR, methods=("POST",), keeps=True)
def repair_leave(request: DeskRequest, discrepancy_id: int) -> HttpResponse:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return show(request, discrepancy_id, note=form, status=422)
    try:
        repairing.leave(request.actor, discrepancy_id, form.cleaned_data["note"])
    except Discrepancy.DoesNotExist:
        raise nowhere() from None
    except Invalid as broken:
        return show(request, discrepancy_id, problem=str(broken), status=422)
    messages.success(request, _("It is left as it is."))
    return SeeOther(link("repairs", request.store.slug))


def show(
    request: DeskRequest,
    discrepancy_id: int,
    *,
    note: NoteForm | None = None,
    refused: Refused | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    discrepancy, payments, unread = _look(request, discrepancy_id)
    context = {
        "discrepancy": discrepancy,
        "row": rows_of(request, [discrepancy])[0],
        "what": what(discrepancy),
        "in_question": [
            _in_question(request, discrepancy, payment, refused or {}, has_changed=bool(problem))
            for payment in payments
        ],
        "problem": problem,
        "unread": unread,
        "note": note or NoteForm(),
    }
    if discrepancy.kind == Kind.DIFFERS:
        numbers = invoice_numbers(request.actor, discrepancy.details["asked"], *discrepancy.details["held"])
        context["compared"] = asked_and_held(discrepancy, numbers)
    return render(request, "repairs/repair.html", context, status=status)


def _look(request: DeskRequest, discrepancy_id: int) -> tuple[Discrepancy, list[Payment], str]:
    """The finding, its payments that can be deleted, and why the store could not be asked, if so.

    Everything is read afresh: who repairs must see what is there now. Only where the store has no room, where it is
    left to the worker, and where a kept form is shown again, it is as we know it.
    """
    discrepancy = _discrepancy(request, discrepancy_id)
    if is_showing() or is_deferred() or request.layout.busy:
        return discrepancy, _as_known(request, discrepancy), ""
    try:
        repairing.recheck(request.actor, discrepancy_id)
        discrepancy = _discrepancy(request, discrepancy_id)
        numbers = _to_delete(discrepancy)
        return discrepancy, [read_afresh(request.actor, number, with_balances=True) for number in numbers], ""
    except Invalid as unreadable:
        has_no_room = bool(request.layout.busy)
        get_by()
        discrepancy = _discrepancy(request, discrepancy_id)
        return discrepancy, _as_known(request, discrepancy) if has_no_room else [], str(unreadable)


def _discrepancy(request: DeskRequest, discrepancy_id: int) -> Discrepancy:
    seen = Discrepancy.objects.visible_to(request.actor).filter(pk=discrepancy_id)
    discrepancy = seen.select_related("change__actor__user", "resolved_by__user").first()
    if discrepancy is None:
        raise nowhere()
    return discrepancy


def _to_delete(discrepancy: Discrepancy) -> list[int]:
    return discrepancy.payment_ids if discrepancy.is_open and discrepancy.kind in repairing.DELETABLE else []


def _as_known(request: DeskRequest, discrepancy: Discrepancy) -> list[Payment]:
    payments = Payment.objects.visible_to(request.actor).filter(api_id__in=_to_delete(discrepancy))
    return list(payments.order_by("api_id"))


def _in_question(
    request: DeskRequest, discrepancy: Discrepancy, payment: Payment, refused: Refused, *, has_changed: bool
) -> InQuestion:
    effects = preview_deletion(request.actor, payment)
    first = {"seen": sealed(payment.api_id, shown(payment)), "reason": discrepancy.get_kind_display()}
    form = refused.get(payment.api_id)
    if form is not None and (has_changed or form.is_outdated):
        form.renew(shown(payment))
    is_ours = discrepancy.change is not None and discrepancy.change.target_id == payment.api_id
    form = form or deletion_form(payment.api_id, None, **first)
    blocking = None
    if other := under_way(request.store, [payment.api_id], OF_ONE_PAYMENT).get(payment.api_id):
        blocking = {"words": in_the_way(other), "url": change_link(other.store.slug, other.pk)}
    return InQuestion(
        payment=payment,
        balances=balances(effects, viewer_of(request).today),
        form=form,
        is_ours=is_ours,
        in_the_way=blocking,
    )


def deletion_form(payment_id: int, data: dict[str, str] | None, **initial: Any) -> DeletionForm:
    """Several stand on one page: their fields' ids carry the payment's number."""
    return DeletionForm(data, payment_id, initial=initial, auto_id=f"id_{payment_id}_%s")


def nowhere() -> Http404:
    return Http404(_("There is nothing to repair here."))
