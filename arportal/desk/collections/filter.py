"""The base of the filters of what is written down about companies."""

from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.forms.widgets import Input
from arportal.desk.lists.companies import CompanyNameFilter
from arportal.desk.lists.filters import ListFilter


class OfCompanyFilter(ListFilter):
    """Rows with a company_id, by the name of the company."""

    company = CompanyNameFilter(widget=Input("search", placeholder=_lazy("Name")))
