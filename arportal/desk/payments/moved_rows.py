"""The row of the queue that a move was asked from, as it goes back to the browser."""

import uuid
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from arportal.desk.lists.lists import ListQuery, viewer_of
from arportal.desk.lists.tables import Table
from arportal.desk.payments.forms import sealed_version
from arportal.desk.payments.list import PAYMENTS, above
from arportal.desk.payments.move_buttons import moves_of
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest
from arportal.mirror.models import Payment
from arportal.receivables.payments.versions import StatusConflict


def moved(request: DeskRequest, payment: Payment, words: str, *, was: int) -> HttpResponse:
    """The row, the tabs with their new counts, and the way back to the status it had."""
    list_query = _shown_list(request)
    context = above(request.actor, list_query) | {"row": _row(list_query, payment), "is_apart": True}
    response = render(request, "payments/_moved_row.html", context)
    # The offer to send it back: a move as any other, so only where the store and the role allow it. Where that moves
    # balances, it leads to the page that asks first.
    back = next((move for move in moves_of(request.actor, payment) if move.status == was), None)
    note: dict[str, Any] = {"words": words, "css_class": "success", "offer": None}
    if back is not None and back.url:
        note["offer"] = {"words": _("Undo…"), "url": back.url}
    elif back is not None:
        note["offer"] = {"words": _("Undo"), "row": f"row-{payment.api_id}", **_move(request, payment, was)}
    return trigger_client_event(response, "desk:said", note)


def _move(request: DeskRequest, payment: Payment, status: int, **more: Any) -> dict[str, Any]:
    """A form that moves the payment, as its button in the row would."""
    return {
        "action": link("payment_status", request.store.slug, payment.api_id),
        "values": {
            "csrfmiddlewaretoken": get_token(request),
            "change_id": str(uuid.uuid4()),
            "status": status,
            "seen": sealed_version(payment),
            **more,
        },
    }


def refused(request: DeskRequest, payment: Payment, reason: str, wanted: int) -> HttpResponse:
    """The row, and why; where nothing but room was missing, a way to have it sent later."""
    response = HttpResponse(_row(_shown_list(request), payment), status=422)
    note: dict[str, Any] = {"words": reason, "css_class": "error"}
    if request.layout.busy:
        words = _("Send it as soon as there is room")
        note["offer"] = {"words": words, **_move(request, payment, wanted, when="room")}
    return trigger_client_event(response, "desk:said", note)


def stale(request: DeskRequest, outdated: StatusConflict) -> HttpResponse:
    """The row as it is now, and below it what it was when the button was shown."""
    list_query = _shown_list(request)
    context = {
        # The note is shown below a row that is marked so: once the row is another, the note is gone.
        "row": _row(list_query, outdated.now, css_class="is-stale"),
        "stale": outdated,
        "payment": outdated.now,
        "width": len(list_query.chooser.shown) + 1,
    }
    return render(request, "payments/_stale_row.html", context, status=422)


def _shown_list(request: DeskRequest) -> ListQuery:
    """The list that the browser shows, by the address it names."""
    query = urlsplit(request.htmx.current_url or "").query
    return ListQuery(PAYMENTS, QueryDict(query), viewer_of(request))


def _row(list_query: ListQuery, payment: Payment, css_class: str = "") -> SafeString:
    list_query.prepare([payment])
    viewer = list_query.viewer.coming_from(list_query.query)
    return Table.for_viewer(list_query.chooser.shown, viewer, PAYMENTS.pick).row(payment, css_class)
