"""The base of forms that become a Change, of orders and companies: its id, and the way of a refusal into the form."""

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.widgets import Input
from arportal.desk.site.pages import DeskRequest
from arportal.desk.site.redirects import settled
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.verb import Verb, perform
from arportal.receivables.models import Change

STALE = _lazy("This form is out of date. Check what is shown now, then send it again.")


class ChangeForm(Keepable, forms.Form):
    """A form that becomes a Change: its id is born here, so that sent twice it is the same Change."""

    change_id = forms.UUIDField(
        widget=Input("hidden"), initial=uuid.uuid4, error_messages={"invalid": STALE, "required": STALE}
    )

    def __init__(self, data: Any, **more: Any) -> None:
        super().__init__(data, use_required_attribute=False, **more)

    def top_reasons(self) -> list[str]:
        """The reasons that stand above the form because they have no visible field."""
        hidden = [reason for field in self.hidden_fields() for reason in field.errors]
        return list(dict.fromkeys([*self.non_field_errors(), *hidden]))

    def refuse(self, reasons: Mapping[str, list[str]]) -> None:
        """Puts each reason beside its field. Sent again, it is to be a new Change."""
        for name, words in reasons.items():
            self.add_error(name if name in self.fields else None, words)
        self.data = {**dict(self.data.items()), "change_id": str(uuid.uuid4())}

    def perform(self, verb: Verb[Any]) -> Change | None:
        """Asks for the change; None, with the reasons in the form, for what a rule forbids."""
        try:
            return perform(verb)
        except Invalid as broken:
            self.refuse(broken.fields)
            return None

    def answer(self, request: DeskRequest, change: Change | None, words: str) -> HttpResponse | None:
        """The way on to the result; None, with the store's reason in the form, for what was refused."""
        if change is None:
            return None
        response = settled(request, change, words)
        if response is None:
            self.refuse({"": [change.error]})
        return response

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows the form."""
        return 422 if self.is_bound and self.errors else 200
