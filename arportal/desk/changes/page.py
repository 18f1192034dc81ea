"""What was asked of the store, and what became of it: waiting for approval, being confirmed, done, or not."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from arportal.desk.changes.facts import Fact, facts, parts, switched, total
from arportal.desk.format.showing import is_showing
from arportal.desk.payments.differences import differences, invoice_numbers
from arportal.desk.site.links import again_link, change_link, link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.desk.site.results import result_link, target_link
from arportal.mirror.models import Company
from arportal.receivables.changes import approvals, line
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change
from arportal.stores.access import Permission, may
from arportal.stores.models import Membership

Verb = Change.Verb


@page(Permission.READ)
def change(request: DeskRequest, change_id: uuid.UUID) -> HttpResponse:
    """What became of it. Asked again by the open page (htmx), it leads on once the result is to be seen."""
    found = get_change_or_404(request, change_id)
    result_url = result_link(request.actor, found)
    if request.htmx and result_url:
        return HttpResponseClientRedirect(result_url)
    template = "changes/_state.html" if request.htmx else "changes/page.html"
    return render(request, template, _context(request, found))


@page(Permission.APPROVE, methods=("POST",))
def approve(request: DeskRequest, change_id: uuid.UUID) -> HttpResponse:
    try:
        approvals.approve(request.actor, get_change_or_404(request, change_id).pk)
    except Invalid as late:
        messages.error(request, str(late))
    return SeeOther(change_link(request.store.slug, change_id))


@page(Permission.APPROVE, methods=("POST",), keeps=True)
def reject(request: DeskRequest, change_id: uuid.UUID) -> HttpResponse:
    found, reason = get_change_or_404(request, change_id), request.POST.get("reason", "")[:500]
    if is_showing():
        return render(request, "changes/page.html", _context(request, found) | {"reason": reason})
    try:
        approvals.reject(request.actor, found.pk, reason)
    except Invalid as broken:
        context = _context(request, found) | {"reason": reason, "reasons": broken.fields}
        return render(request, "changes/page.html", context, status=422)
    return SeeOther(change_link(request.store.slug, change_id))


@page(Permission.RECORD_PAYMENT, methods=("POST",))
def withdraw(request: DeskRequest, change_id: uuid.UUID) -> HttpResponse:
    try:
        approvals.withdraw(request.actor, get_change_or_404(request, change_id).pk)
    except Invalid as late:
        messages.error(request, str(late))
    return SeeOther(change_link(request.store.slug, change_id))


@page(Permission.RECORD_PAYMENT)
def to_approve(request: DeskRequest) -> HttpResponse:
    """The oldest first; what is settled makes room for the next."""
    waiting = list(approvals.waiting(request.actor)[:100])
    companies = Company.objects.visible_to(request.actor).by_api_id(each.company_id for each in waiting)
    rows = [
        {"change": each, "company": companies.get(each.company_id), "total": total(each)} for each in waiting
    ]
    return render(request, "approvals/page.html", {"rows": rows})


def get_change_or_404(request: DeskRequest, change_id: uuid.UUID) -> Change:
    seen = Change.objects.visible_to(request.actor).filter(pk=change_id)
    found = seen.select_related("store", "actor__user", "approved_by__user").first()
    if found is None:
        raise Http404(_("There is no such change."))
    return found


def _context(request: DeskRequest, change: Change) -> dict[str, Any]:
    actor = request.actor
    return {
        "change": change,
        "company": Company.objects.visible_to(actor).filter(api_id=change.company_id).first(),
        "facts": _facts(actor, change),
        "parts": list(parts(actor, change)),
        "total": total(change),
        "may_approve": approvals.may_approve(actor, change),
        "may_withdraw": approvals.may_withdraw(actor, change),
        **_place(change),
        "is_own": change.actor_id == actor.pk,
        "result_url": result_link(actor, change),
        "is_followed": _is_followed(change),
        "again_url": _again_url(request, change),
    }


def _place(change: Change) -> dict[str, int]:
    """Where in line it stands, and in how many seconds the store has room; 0 where it has some now."""
    if not change.is_in_line:
        return {}
    room_in = 0 if line.has_room(change.store) else round(line.seconds_until_next(change.store))
    return {"place": line.place_of(change), "room_in": room_in}


def _facts(actor: Membership, change: Change) -> list[Fact]:
    """What changes, and why where somebody had to say so."""
    if change.verb == Verb.SWITCH_METHODS:
        return switched(change)
    reason = change.payload.get("reason")
    why = [Fact(_("Reason"), "", str(reason))] if reason else []
    if change.verb != Verb.EDIT_PAYMENT:
        return [*facts(change), *why]
    numbers = invoice_numbers(actor, change.before, change.after)
    found = differences(change.before, change.after, numbers)
    return [Fact(each.label, each.was, each.now) for each in found]


def _is_followed(change: Change) -> bool:
    """Whether the open page is to look again by itself."""
    if change.state == Change.State.APPLIED:
        return change.mirrored_at is None
    return change.state not in (Change.State.REFUSED, Change.State.WAITING)


def _again_url(request: DeskRequest, change: Change) -> str:
    """The form, filled as it was, for whoever may try a refused recording or edit again."""
    needed = {
        Verb.RECORD_PAYMENT: Permission.RECORD_PAYMENT,
        Verb.EDIT_PAYMENT: Permission.EDIT_PAYMENT,
    }.get(Verb(change.verb))
    if change.state != Change.State.REFUSED or needed is None or not may(request.actor, needed):
        return ""
    if change.verb == Verb.EDIT_PAYMENT and not target_link(request.actor, change):
        return ""
    if change.verb == Verb.EDIT_PAYMENT:
        return f"{link('payment_edit', change.store.slug, change.target_id)}?again={change.pk}"
    return again_link(change.store.slug, change.company_id, change.pk)
