"""The one view of all writes: its verb is carried out by `perform`, the way a page does it.

`Idempotency-Key` is the id of the Change: the same request again is the same change, whatever became of the answer.
"""

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from arportal.receivables.changes import deferring
from arportal.receivables.changes.verb import perform, preview
from arportal.receivables.models import Change
from arportal.rest.changes import as_json
from arportal.rest.problems import Problem
from arportal.rest.views import StoreView, new_id
from arportal.rest.writes import companies, invoices, orders, payments
from arportal.rest.writes.forms import VerbForm, WriteRequest

State = Change.State
# Seconds after which it is worth asking again.
RETRY_AFTER = 10
FORMS: Mapping[Change.Verb, type[VerbForm]] = {
    form.verb.name: form for form in (*payments.FORMS, *invoices.FORMS, *orders.FORMS, *companies.FORMS)
}


def slug_of(verb: Change.Verb) -> str:
    """Its part of the address: `record-payment`."""
    return verb.value.replace(" ", "-")


class WriteView(StoreView):
    form: ClassVar[type[VerbForm]]
    parameters = frozenset({"preview"})

    def post(self, request: Any, **_ids: Any) -> HttpResponse:
        is_preview = request.GET.get("preview", "") not in ("", "0", "false")
        key = request.headers.get("Idempotency-Key", "").strip('"')
        change_id = uuid.uuid4() if is_preview and not key else new_id(key, "Idempotency-Key")
        form = self.form(data=request.data)
        form.is_valid(raise_exception=True)
        verb = form.build(WriteRequest(self.actor, change_id, request.headers.get("If-Match", "")))
        may_wait = "respond-async" in request.headers.get("Prefer", "")
        with deferring.asking(is_deferred=may_wait):
            if not is_preview:
                return self._told(perform(verb))
            draft = preview(verb)
        return self.answer(
            {
                "company_id": draft.company_id,
                "before": draft.before,
                "after": draft.after,
                "amount": None if draft.amount is None else f"{draft.amount:f}",
                "currency": draft.currency,
                "needs_approval": draft.needs_approval,
            }
        )

    def _told(self, change: Change) -> HttpResponse:
        """200 for what is done, 202 for what waits its turn. Raises Problem."""
        headers = {"Location": reverse("rest:change", args=[self.store.slug, change.pk])}
        match change.state:
            case State.REFUSED:
                raise Problem(422, "refused", change.error, {"": [change.error]}, change=as_json(change))
            case State.SENT | State.UNKNOWN:
                words = _(
                    "It may have reached the store and is being confirmed. Ask again with the same key."
                )
                problem = Problem(409, "being-confirmed", words, change=as_json(change))
                problem.headers = {"Retry-After": str(RETRY_AFTER), **headers}
                raise problem
        response = self.answer(as_json(change), headers=headers)
        if change.state in (State.WAITING, State.ASKED):
            response.status_code = 202
        return response
