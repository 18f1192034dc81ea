"""Moving the selected payments together: first what would become of each, then asking for it."""

import uuid
from collections.abc import Mapping

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from arportal.b2b import ProcessingStatus
from arportal.desk.format.formats import formatter
from arportal.desk.format.showing import is_showing
from arportal.desk.forms.change_form import STALE, SeenField
from arportal.desk.lists import selection
from arportal.desk.lists.lists import viewer_of
from arportal.desk.payments.bulk_preview import Preview
from arportal.desk.payments.forms import VERSIONS
from arportal.desk.payments.list import PAYMENTS
from arportal.desk.payments.move import StatusField
from arportal.desk.site.links import batch_link
from arportal.desk.site.pages import DeskRequest, page
from arportal.desk.site.redirects import SeeOther
from arportal.desk.site.sign_in import require_fresh
from arportal.mirror.models import Payment
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.payments import set_status_batch
from arportal.receivables.payments.versions import Version
from arportal.stores.access import Permission


class TargetForm(forms.Form):
    """The status to move to; none at first."""

    status = StatusField()


class TogetherForm(forms.Form):
    """What was previewed. Cleaned, `seen` is the payments as they were shown: id → Version."""

    batch = forms.UUIDField()
    status = StatusField()
    seen = SeenField(VERSIONS)

    def clean_seen(self) -> dict[int, Version]:
        seen = self.cleaned_data["seen"]
        return {int(api_id): Version.of_before(before) for api_id, before in seen.items()}


@page(Permission.MOVE_PAYMENT, methods=("POST",), keeps=True)
def preview_moves(request: DeskRequest) -> HttpResponse:
    """The preview of moving the selected payments. Changes nothing."""
    try:
        rows = selection.chosen(PAYMENTS, request)
    except selection.NotChosen as nothing:
        return _nothing(request, str(nothing))
    payments = list(rows.order_by("api_id")[: set_status_batch.MOST + 1])
    if not payments:
        return _nothing(request, _("None of the selected payments is at the store any more."))
    if len(payments) > set_status_batch.MOST:
        number = formatter().number
        limits = {"count": number(rows.count()), "most": number(set_status_batch.MOST)}
        return _nothing(
            request,
            _(
                "%(count)s payments are selected; at most %(most)s can be moved at once."
                " Narrow the list with a filter."
            )
            % limits,
        )
    form = TargetForm(request.POST)
    status = form.cleaned_data["status"] if form.is_valid() else None
    return _show(request, Preview(viewer_of(request), payments, status))


@page(Permission.MOVE_PAYMENT, methods=("POST",), keeps=True)
def move_together(request: DeskRequest) -> HttpResponse:
    """Asks for the moves that were previewed, and goes to the page that follows them."""
    form = TogetherForm(request.POST)
    if not form.is_valid():
        return _nothing(request, str(STALE))
    batch, status = form.cleaned_data["batch"], form.cleaned_data["status"]
    if status == ProcessingStatus.REFUNDED:
        require_fresh(request)
    if is_showing():
        return _look_again(request, status, form.cleaned_data["seen"], "", batch)
    try:
        set_status_batch.move_together(request.actor, batch, status, form.cleaned_data["seen"])
    except Invalid as broken:
        return _look_again(request, status, form.cleaned_data["seen"], str(broken))
    return SeeOther(batch_link(request.store.slug, batch))


def _look_again(
    request: DeskRequest,
    status: ProcessingStatus,
    seen: Mapping[int, Version],
    problem: str,
    batch: uuid.UUID | None = None,
) -> HttpResponse:
    """The preview as it would be now; what has changed since the last one is marked."""
    known = Payment.objects.visible_to(request.actor).filter(api_id__in=seen).order_by("api_id")
    payments = list(known[: set_status_batch.MOST])
    if not payments:
        return _nothing(request, problem)
    return _show(request, Preview(viewer_of(request), payments, status, seen_before=seen), problem, batch)


def _show(
    request: DeskRequest, preview: Preview, problem: str = "", batch: uuid.UUID | None = None
) -> HttpResponse:
    context = {"preview": preview, "batch": batch or uuid.uuid4(), "problem": problem}
    return render(request, "payments/bulk.html", context, status=422 if problem else 200)


def _nothing(request: DeskRequest, problem: str) -> HttpResponse:
    query = request.POST.get("query", "")
    return render(request, "payments/bulk_none.html", {"problem": problem, "query": query}, status=422)
