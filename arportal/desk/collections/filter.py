"""The base of the filters of what is written down about companies."""

from typing import Any, ClassVar

import django_filters
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms.widgets import Input
from arportal.desk.lists.filters import ListFilter
from arportal.mirror.models import Company


class OfCompanyFilter(ListFilter):
    """Rows with a company_id, by the name of the company."""

    company = django_filters.CharFilter(
        method="of_company", label=_lazy("Company"), widget=Input("search", placeholder=_lazy("Name"))
    )

    suggestions: ClassVar = {"company": "company_names"}

    def of_company(self, rows: Any, name: str, words: str) -> Any:
        named = Company.objects.visible_to(self.viewer.actor).filter(name__folded_contains=words)
        return rows.filter(company_id__in=named.values("api_id"))
