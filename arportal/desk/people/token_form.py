"""The form of a new token of the REST API."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms.form_data import FormData
from arportal.desk.forms.refusable import Refusable
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.people.access_form import companies_named, lines_of
from arportal.desk.people.rights import words_of
from arportal.stores.access import Permission
from arportal.stores.api_tokens import Wanted
from arportal.stores.models import Membership

PERSONAL, SERVICE = "personal", "service"
ALL, CHOSEN = "all", "chosen"
DAYS = (7, 30, 90, 365)


class TokenForm(Refusable):
    """`offered` are the permissions that may be given; `may_serve`: the token may be a service's, too."""

    token_id = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=_lazy("Name"),
        max_length=100,
        help_text=_lazy("What uses it, such as “Power BI”."),
        widget=Input(),
    )
    acts_as = forms.ChoiceField(
        label=_lazy("Acts as"),
        choices=[(PERSONAL, _lazy("You")), (SERVICE, _lazy("A service of its own"))],
        initial=PERSONAL,
        help_text=_lazy("A service goes on when you leave, and stands under its name in the history."),
        widget=Select,
    )
    permissions = forms.MultipleChoiceField(
        label=_lazy("May do, besides reading"),
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
    )
    sees = forms.ChoiceField(
        label=_lazy("Sees"),
        choices=[(ALL, _lazy("Every company that you see")), (CHOSEN, _lazy("Only chosen companies"))],
        initial=ALL,
        widget=Select,
    )
    companies = forms.CharField(
        label=_lazy("Companies"),
        help_text=_lazy("One a line: its name, or its number. Empty for every company."),
        required=False,
        max_length=200_000,
        widget=forms.Textarea({"class": "form-control", "rows": 3}),
    )
    days = forms.TypedChoiceField(label=_lazy("Works for"), coerce=int, initial=90, widget=Select)

    def __init__(
        self, data: FormData, actor: Membership, offered: Sequence[Permission], *, may_serve: bool
    ) -> None:
        self.actor = actor
        super().__init__(data, initial={"token_id": uuid.uuid4()}, use_required_attribute=False)
        self.fields["permissions"].choices = [(each.value, words_of(each)) for each in offered]  # type: ignore[attr-defined]
        self.fields["days"].choices = [(days, _("%(days)d days") % {"days": days}) for days in DAYS]  # type: ignore[attr-defined]
        if not may_serve:
            del self.fields["acts_as"]

    def clean_companies(self) -> list[int]:
        if self.data.get("sees") != CHOSEN:
            return []
        return companies_named(self.actor, lines_of(self.cleaned_data["companies"]))

    def wanted(self, now: dt.datetime) -> Wanted:
        values = self.cleaned_data
        return Wanted(
            name=values["name"],
            permissions=values["permissions"],
            expires_at=now + dt.timedelta(days=values["days"]),
            company_ids=values["companies"] if values["sees"] == CHOSEN else None,
            is_service=values.get("acts_as") == SERVICE,
        )
