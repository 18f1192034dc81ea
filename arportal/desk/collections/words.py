"""The field for what was said, and the place to which the forms of collections lead back."""

from typing import Any

from django import forms

from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest

LONGEST = 4_000


class TextField(forms.CharField):
    """A text of as many lines as it takes."""

    def __init__(self, label: Any, *, required: bool = False, **more: Any) -> None:
        area = forms.Textarea({"class": "form-control", "rows": 4})
        super().__init__(label=label, required=required, max_length=LONGEST, widget=area, **more)


def collections_link(request: DeskRequest, company_id: int) -> str:
    """The section of the company's page."""
    return f"{link('company', request.store.slug, company_id)}#collections"
