"""Companies in lists of what is theirs: the filter by name, and names beside rows that have only an id."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.forms import Widget
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms.widgets import Input
from arportal.desk.lists.tables import Viewer
from arportal.desk.site.links import link
from arportal.mirror.models import Company

# The page that suggests names, and the element of other pages that holds them.
NAMES = "company_names"


class CompanyNameFilter(django_filters.CharFilter):  # type: ignore[misc]
    """Rows of the companies that are named so and that this person may see; `method` where a list means others."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("widget", Input("search"))
        super().__init__("company_id", label=_lazy("Company"), **more)

    @property
    def field(self) -> Any:
        field = super().field
        suggest_names(field.widget, self.parent.viewer.slug)
        return field

    def filter(self, qs: Any, value: str) -> Any:
        if not value:
            return qs
        named = Company.objects.visible_to(self.parent.viewer.actor).filter(name__folded_contains=value)
        return qs.filter(company_id__in=named.ids())


def suggest_names(widget: Widget, slug: str) -> None:
    """Has a field suggest names while somebody types, into an element with the id `NAMES`."""
    widget.attrs |= {
        "list": NAMES,
        "hx-get": link(NAMES, slug),
        "hx-trigger": "focus once, input changed delay:200ms",
        "hx-target": f"#{NAMES}",
        "hx-swap": "innerHTML",
        "hx-push-url": "false",
    }


def with_companies(rows: Sequence[Any], viewer: Viewer) -> None:
    """Adds the company's name to each row; "" where this person does not see it, or there is none."""
    names = Company.objects.visible_to(viewer.actor).names(row.company_id for row in rows)
    for row in rows:
        row.company_name = names.get(row.company_id, "")
