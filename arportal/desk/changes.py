"""What became of a change: being confirmed, done, or refused and why."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from arportal.desk.links import link
from arportal.desk.pages import DeskRequest, page
from arportal.mirror.models import Company
from arportal.receivables.models import Change
from arportal.stores.access import Permission


@page(Permission.READ)
def change(request: DeskRequest, change_id: uuid.UUID) -> HttpResponse:
    found = (
        Change.objects.visible_to(request.actor).filter(pk=change_id).select_related("actor__user").first()
    )
    if found is None:
        raise Http404(_("There is no such change."))
    company = Company.objects.visible_to(request.actor).filter(api_id=found.company_id).first()
    context = {"change": found, "company": company, "target_url": _target_url(found, request.store.slug)}
    return render(request, "changes/_state.html" if request.htmx else "changes/page.html", context)


def _target_url(change: Change, slug: str) -> str:
    """Where the result can be seen: the company for its methods, else the payment once it has an id."""
    if change.verb == Change.Verb.SWITCH_METHODS:
        return link("company", slug, change.company_id)
    return link("payment", slug, change.target_id) if change.target_id else ""
