"""The filters of companies: by what they are, and by what they owe."""

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from django.db.models import FilteredRelation, Q, QuerySet, Value
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from arportal.b2b import CompanyStatus
from arportal.desk.format.statuses import COMPANY_WORDS
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.lists import extra_fields
from arportal.desk.lists.filters import CurrencyFilter, Group, ListFilter
from arportal.desk.lists.tables import Viewer
from arportal.mirror.models import Company, CreditTerms
from arportal.receivables.ageing.buckets import STANDARD
from arportal.receivables.ageing.companies import ids_with_debt_in
from arportal.receivables.models import CompanyBalance

SEARCHED = ("name", "email", "phone", "city", "country")
OPEN, OVERDUE, CREDIT, NOTHING = "open", "overdue", "credit", "nothing"
UNKNOWN = "unknown"
# The figures of each company in the currency by which the list is put in order.
FIGURES = "in_currency"


class CompanyFilter(ListFilter):
    q = django_filters.CharFilter(
        method="matching",
        label=_lazy("Search"),
        widget=Input("search", placeholder=_lazy("Name, e-mail, phone, location")),
    )
    status = django_filters.ChoiceFilter(
        label=_lazy("Status"),
        choices=[(int(status), COMPANY_WORDS[status]) for status in CompanyStatus],
        empty_label=_lazy("Any"),
        widget=Select,
    )

    class Meta:
        model = Company
        fields: tuple[str, ...] = ()

    def matching(self, rows: QuerySet[Company], name: str, words: str) -> QuerySet[Company]:
        anywhere = Q()
        for field in SEARCHED:
            anywhere |= Q((f"{field}__folded_contains", words))
        return rows.filter(anywhere)


class TermsFilter(django_filters.ChoiceFilter):  # type: ignore[misc]
    """Companies by payment terms: the days that any company of the store has, asked for when the field is made."""

    def __init__(self) -> None:
        super().__init__(label=_lazy("Payment terms"), empty_label=_lazy("Any"), widget=Select)

    @property
    def field(self) -> Any:
        known = self._terms.exclude(terms_days=None).order_by("terms_days")
        days = known.values_list("terms_days", flat=True).distinct()
        choices = [
            (str(n), ngettext("%(days)s day", "%(days)s days", n) % {"days": n})
            for n in days
            if n is not None
        ]
        self.extra["choices"] = [*choices, (UNKNOWN, _("Not known"))]
        return super().field

    def filter(self, qs: Any, value: str) -> Any:
        if not value:
            return qs
        if value == UNKNOWN:
            return qs.exclude(api_id__in=self._terms.exclude(terms_days=None).values("api_id"))
        return qs.filter(api_id__in=self._terms.filter(terms_days=value).values("api_id"))

    @property
    def _terms(self) -> QuerySet[CreditTerms]:
        return CreditTerms.objects.filter(store_id=self.parent.viewer.actor.store_id, gone_at=None)


class DebtorFilter(CompanyFilter):
    """The filter of the list of companies, whose rows know the currency that their figures are in.

    `shown_currency` is the one that was asked for, "" for all; where none was, the store's own decides the order.
    """

    has = django_filters.ChoiceFilter(
        method="that_has",
        label=_lazy("Has"),
        choices=[
            (OPEN, _lazy("Something open")),
            (OVERDUE, _lazy("Something overdue")),
            (CREDIT, _lazy("A credit")),
            (NOTHING, _lazy("Nothing open, no credit")),
        ],
        empty_label=_lazy("Any"),
        widget=Select,
    )
    bucket = django_filters.ChoiceFilter(
        method="with_debt_in",
        label=_lazy("Days late"),
        choices=[(bucket.key, bucket.label) for bucket in STANDARD],
        empty_label=_lazy("Any"),
        widget=Select,
    )
    currency = CurrencyFilter()
    terms = TermsFilter()

    panel: ClassVar = (Group(_lazy("Company"), ("status", "terms")),)

    def __init__(self, data: QueryDict, queryset: Any, *, viewer: Viewer) -> None:
        self.shown_currency = data.get("currency", "").strip().upper()
        first = self.shown_currency or viewer.actor.store.currency
        figures = FilteredRelation("kept_balances", condition=Q(kept_balances__currency=first))
        rows = queryset.annotate(in_currency=figures, shown_currency=Value(self.shown_currency))
        super().__init__(data, rows, viewer=viewer)
        self.filters["currency"].method = self.that_deals_in

    def own_filters(self, data: QueryDict) -> Mapping[str, Any]:
        return extra_fields.filters(self.viewer, "companies", data, is_open=self.is_open)

    def that_deals_in(self, rows: QuerySet[Company], name: str, currency: str) -> QuerySet[Company]:
        return rows.filter(api_id__in=self._kept.values("company_id"))

    def that_has(self, rows: QuerySet[Company], name: str, what: str) -> QuerySet[Company]:
        kept = self._kept
        if what == OVERDUE:
            return rows.filter(
                api_id__in=kept.filter(open__gt=0, oldest_due_on__lt=self.viewer.today).values("company_id")
            )
        if what == NOTHING:
            return rows.exclude(api_id__in=kept.exclude(open=0, credit=0).values("company_id"))
        meant = Q(open__gt=0) if what == OPEN else Q(credit__lt=0)
        return rows.filter(api_id__in=kept.filter(meant).values("company_id"))

    def with_debt_in(self, rows: QuerySet[Company], name: str, key: str) -> QuerySet[Company]:
        store, today = self.viewer.actor.store, self.viewer.today
        return rows.filter(api_id__in=ids_with_debt_in(store, STANDARD.of(key), today, self.shown_currency))

    @property
    def _kept(self) -> QuerySet[CompanyBalance]:
        """Balances in the currency that is asked for, or in all."""
        kept = CompanyBalance.objects.visible_to(self.viewer.actor)
        return kept.filter(currency=self.shown_currency) if self.shown_currency else kept
