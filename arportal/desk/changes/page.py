"""One Change: what was asked of the store, and what became of it; with the list of those that wait for approval."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from arportal.b2b import ProcessingStatus
from arportal.desk.changes.facts import all_facts, parts, total
from arportal.desk.format.showing import is_showing
from arportal.desk.site.links import again_link, change_link, link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.desk.site.results import result_link, target_link
from arportal.desk.site.sign_in import require_fresh
from arportal.mirror.models import Company
from arportal.receivables.changes import approvals, line
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change
from arportal.stores.access import Permission, may

Verb = Change.Verb


@page(Permission.READ)
def change(request: DeskRequest, change_id: uuid.UUID) -> HttpResponse:
    """The change's page. Asked again by the open page (htmx), it leads on once the result is to be seen."""
    change = get_change_or_404(request, change_id)
    result_url = result_link(request.actor, change)
    if request.htmx and result_url:
        return HttpResponseClientRedirect(result_url)
    template = "changes/_state.html" if request.htmx else "changes/page.html"
    return render(request, template, _context(request, change))


@page(Permission.APPROVE, methods=("POST",))
def approve(request: DeskRequest, change_id: uuid.UUID) -> HttpResponse:
    change = get_change_or_404(request, change_id)
    if change.verb == Verb.SET_PAYMENT_STATUS and change.after["status"] == ProcessingStatus.REFUNDED:
        require_fresh(request)  # Who approves a refund pays it back as much as who asks for it.
    try:
        approvals.approve(request.actor, change.pk)
    except Invalid as late:
        messages.error(request, str(late))
    return SeeOther(change_link(request.store.slug, change_id))


@page(Permission.APPROVE, methods=("POST",), keeps=True)
def reject(request: DeskRequest, change_id: uuid.UUID) -> HttpResponse:
    change = get_change_or_404(request, change_id)
    reason = request.POST.get("reason", "")[:500]
    if is_showing():
        return render(request, "changes/page.html", _context(request, change) | {"reason": reason})
    try:
        approvals.reject(request.actor, change.pk, reason)
    except Invalid as broken:
        context = _context(request, change) | {"reason": reason, "reasons": broken.fields}
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
    """The changes that wait for this person, the oldest first; what is settled makes room for the next."""
    waiting = list(approvals.waiting(request.actor)[:100])
    companies = Company.objects.visible_to(request.actor).by_api_id(change.company_id for change in waiting)
    rows = [
        {"change": change, "company": companies.get(change.company_id), "total": total(change)}
        for change in waiting
    ]
    return render(request, "approvals/page.html", {"rows": rows})


def get_change_or_404(request: DeskRequest, change_id: uuid.UUID) -> Change:
    changes = Change.objects.visible_to(request.actor).filter(pk=change_id)
    change = changes.select_related("store", "actor__user", "approved_by__user").first()
    if change is None:
        raise Http404(_("There is no such change."))
    return change


def _context(request: DeskRequest, change: Change) -> dict[str, Any]:
    """The context of the page; `is_followed`: the open page is to look again by itself. A change in line has its
    `place` there, and `room_in`: in how many seconds the store has room, 0 where it has some now."""
    actor = request.actor
    in_line = {}
    if change.is_in_line:
        has_room = line.has_room(change.store)
        in_line["place"] = line.place_of(change)
        in_line["room_in"] = 0 if has_room else round(line.seconds_until_next(change.store))
    is_followed = change.state not in (Change.State.REFUSED, Change.State.WAITING)
    if change.state == Change.State.APPLIED:
        is_followed = change.mirrored_at is None
    return {
        "change": change,
        "company": Company.objects.visible_to(actor).filter(api_id=change.company_id).first(),
        "facts": all_facts(actor, change),
        "parts": list(parts(actor, change)),
        "total": total(change),
        "may_approve": approvals.may_approve(actor, change),
        "may_withdraw": approvals.may_withdraw(actor, change),
        **in_line,
        "is_own": change.actor_id == actor.pk,
        "result_url": result_link(actor, change),
        "is_followed": is_followed,
        "again_url": _again_url(request, change),
    }


def _again_url(request: DeskRequest, change: Change) -> str:
    """The form, filled as it was, for whoever may try a refused recording or edit again; else ""."""
    if change.state != Change.State.REFUSED:
        return ""
    if change.verb == Verb.RECORD_PAYMENT and may(request.actor, Permission.RECORD_PAYMENT):
        return again_link(change.store.slug, change.company_id, change.pk)
    may_edit = change.verb == Verb.EDIT_PAYMENT and may(request.actor, Permission.EDIT_PAYMENT)
    if may_edit and target_link(request.actor, change):
        return f"{link('payment_edit', change.store.slug, change.target_id)}?again={change.pk}"
    return ""
