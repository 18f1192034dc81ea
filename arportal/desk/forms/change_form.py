"""Forms that become a Change, and what their pages showed when they were filled in."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.format.formats import formatter
from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.keepable import Keepable
from arportal.desk.forms.refusable import Refusable
from arportal.desk.forms.widgets import Input
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.reasons import LONGEST
from arportal.receivables.changes.snapshot import NotSealed, Snapshot

STALE = _lazy("This form is out of date. Check what is shown now, then send it again.")


class ChangeForm(Keepable, Refusable):
    """A form that becomes a Change: its id is born here, so that sent twice it is the same Change."""

    change_id = forms.UUIDField(
        widget=Input("hidden"), initial=uuid.uuid4, error_messages={"invalid": STALE, "required": STALE}
    )

    def __init__(self, data: FormData, *, of: int = 0, **more: Any) -> None:
        """`of` is the id of the thing, where a `seen` says how that was shown."""
        super().__init__(data, use_required_attribute=False, **more)
        seen = self.fields.get("seen")
        if isinstance(seen, SeenField):
            seen.api_id = of

    def full_clean(self) -> None:
        super().full_clean()
        if "seen" in self.errors and "seen" in self.initial:  # What it says is what is shown from now on.
            self.again(seen=self.initial["seen"])

    def refused(self, broken: Invalid) -> None:
        """Shows the reasons. Sent again, it is to be a new Change."""
        self.refuse(broken.fields)
        self.again()

    def again(self, **changed: str) -> None:
        """Sent again, it is to be a new Change: nothing has become of this one."""
        self.data = dict(self.data.items()) | {"change_id": str(uuid.uuid4())} | changed

    def take_over(self, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
        """Takes what is there `now` into the fields that the person had left as they were `before` (form field →
        initial value), or sending the form again would undo what somebody else has done. Each says what happened."""
        changed = [name for name in self.fields if name in before and before[name] != now.get(name)]
        left = {name: now.get(name) for name in changed if self.is_left(name, before[name])}
        self.data = dict(self.data.items()) | left
        for name in changed:
            theirs = in_words(self.fields[name], now.get(name))
            mine = _("Changed meanwhile to “%(theirs)s”. Saved, yours takes its place.") % {"theirs": theirs}
            self.add_error(name, _("Changed meanwhile: this is what is there now.") if name in left else mine)

    def is_left(self, name: str, before: Any) -> bool:
        """True if the person left the field as it was `before`, its initial value."""
        try:
            return bool(self.cleaned_data[name] == self.fields[name].clean(before))
        except forms.ValidationError:  # As it was it could not be saved.
            return False


def in_words(field: forms.Field, value: Any) -> str:
    """A value of the field as people are shown it; a day comes as an ISO date."""
    if isinstance(field, forms.DateField) and value:
        return formatter().date(dt.date.fromisoformat(value))
    choices = {str(key): str(words) for key, words in getattr(field, "choices", ())}
    return choices.get(str(value), "" if value is None else str(value))


class SeenField(forms.CharField):
    """The thing as it was shown, sealed. Cleaned, it is the snapshot's values."""

    def __init__(self, kind: str) -> None:
        super().__init__(widget=Input("hidden"), error_messages={"required": STALE})
        self.kind = kind
        self.api_id = 0

    def clean(self, value: Any) -> Any:
        try:
            return Snapshot.unseal(super().clean(value), self.kind, self.api_id).values
        except NotSealed:
            raise forms.ValidationError(STALE) from None


class ReasonField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(
            label=_lazy("Reason"),
            max_length=LONGEST,
            help_text=_lazy("It is kept in the history."),
            error_messages={"required": _lazy("Give a reason: it is kept in the history.")},
            widget=Input(),
        )
