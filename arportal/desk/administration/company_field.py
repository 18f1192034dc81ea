"""A field for one company, by its name or its ID."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from arportal.desk.forms.widgets import Input
from arportal.desk.lists.companies import suggest_names
from arportal.mirror.ids import id_in
from arportal.mirror.models import Company
from arportal.stores.models import Membership

LONGEST = 200


class CompanyField(forms.CharField):
    """Cleaned, it is the API id of a company, or None for nothing typed. Whether there is a company of an id that was
    typed, and whether the actor sees it, is left to whoever asks for it."""

    actor: Membership

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, max_length=LONGEST, **more)

    def offer_to(self, actor: Membership) -> None:
        """Finds and suggests what this person sees."""
        self.actor = actor
        self.widget = Input()
        suggest_names(self.widget, str(actor.store.slug))

    def clean(self, value: Any) -> int | None:
        typed = str(super().clean(value)).strip().removeprefix("#")
        if not typed:
            return None
        if (company_id := id_in(typed)) is not None:
            return company_id
        named = Company.objects.visible_to(self.actor).filter(name__iexact=typed)
        ids = list(named.values_list("api_id", flat=True)[:2])
        if len(ids) > 1:
            raise forms.ValidationError(_("There are several companies of this name: enter the ID."))
        if not ids:
            raise forms.ValidationError(_("There is no such company."))
        return ids[0]
