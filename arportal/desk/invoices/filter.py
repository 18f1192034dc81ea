"""The filter of invoices."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import InvoiceSource
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.lists import extra_fields
from arportal.desk.lists.channels import ChannelFilter
from arportal.desk.lists.companies import CompanyNameFilter
from arportal.desk.lists.filters import (
    AmountFilter,
    CurrencyFilter,
    DateFilter,
    Group,
    ListFilter,
    TickFilter,
)
from arportal.mirror.models import Company, Invoice, InvoiceState
from arportal.mirror.models.invoices import InvoiceQuerySet
from arportal.mirror.models.words import Begin

UNPAID: tuple[str, str | Promise] = ("unpaid", _lazy("Unpaid"))
NOT_DUE: tuple[str, str | Promise] = ("not-due", _lazy("Unpaid, not due yet"))
CREDIT: tuple[str, str | Promise] = ("credit", _lazy("Credit: notes and overpaid"))
YES, NO = "yes", "no"
SOURCES: dict[int, str | Promise] = {
    InvoiceSource.B2B_EDITION: _lazy("Made in the store"),
    InvoiceSource.EXTERNAL: _lazy("From another system"),
}


class InvoiceFilter(ListFilter):
    q = django_filters.CharFilter(
        method="matching",
        label=_lazy("Search"),
        widget=Input("search", placeholder=_lazy("Number, PO, order, external ID, company")),
    )
    company = CompanyNameFilter(method="of_company")
    status = django_filters.ChoiceFilter(
        method="in_state",
        label=_lazy("Status"),
        choices=[UNPAID, NOT_DUE, CREDIT, *InvoiceState.choices],
        empty_label=_lazy("Any"),
        widget=Select,
    )
    subsidiaries = TickFilter(label=_lazy("With the company's subsidiaries"))
    late_from = django_filters.NumberFilter(
        method="late_at_least",
        label=_lazy("Days late, from"),
        min_value=1,
        max_value=36_500,
        widget=Input("number"),
    )
    late_to = django_filters.NumberFilter(
        method="late_at_most",
        label=_lazy("Days late, to"),
        min_value=1,
        max_value=36_500,
        widget=Input("number"),
    )
    issued_from = DateFilter("issued_on", "gte", label=_lazy("Issued from"))
    issued_to = DateFilter("issued_on", "lte", label=_lazy("Issued until"))
    due_from = DateFilter("due_on", "gte", label=_lazy("Due from"))
    due_to = DateFilter("due_on", "lte", label=_lazy("Due until"))
    open_from = AmountFilter("balance", "gte", label=_lazy("Balance, from"))
    open_to = AmountFilter("balance", "lte", label=_lazy("Balance, to"))
    original_from = AmountFilter("original_balance", "gte", label=_lazy("Original, from"))
    original_to = AmountFilter("original_balance", "lte", label=_lazy("Original, to"))
    currency = CurrencyFilter()
    po = django_filters.CharFilter(
        "purchase_order_number", method="has_words", label=_lazy("PO number"), widget=Input()
    )
    order = django_filters.CharFilter(
        "order_number", method="has_words", label=_lazy("Order"), widget=Input()
    )
    # Where other pages lead to: the invoices of one company, by its id.
    company_id = django_filters.NumberFilter(
        method="of_company_id",
        label=_lazy("Company"),
        min_value=1,
        max_value=2**63 - 1,
        decimal_places=0,
        widget=Input("hidden"),
    )
    pending = django_filters.ChoiceFilter(
        method="has_pending_payment",
        label=_lazy("Pending payment"),
        choices=[(YES, _lazy("Has one")), (NO, _lazy("Has none"))],
        empty_label=_lazy("Any"),
        widget=Select,
    )
    channel = ChannelFilter()
    source = django_filters.ChoiceFilter(
        label=_lazy("Source"),
        choices=[(int(source), words) for source, words in SOURCES.items()],
        empty_label=_lazy("Any"),
        widget=Select,
    )

    panel: ClassVar = (
        Group(_lazy("Company and status"), ("subsidiaries", "late_from", "late_to", "pending")),
        Group(_lazy("Dates"), ("issued_from", "issued_to", "due_from", "due_to")),
        Group(_lazy("Amounts"), ("open_from", "open_to", "original_from", "original_to", "currency")),
        Group(_lazy("Origin"), ("po", "order", "channel", "source")),
    )

    class Meta:
        model = Invoice
        fields: tuple[str, ...] = ()

    def own_filters(self, data: QueryDict) -> Mapping[str, Any]:
        return extra_fields.filters(self.viewer, "invoices", data, is_open=self.is_open)

    def matching(self, rows: QuerySet[Invoice], name: str, words: str) -> QuerySet[Invoice]:
        self.search = Begin(self.viewer.actor.store_id, words)
        return rows

    def has_words(self, rows: QuerySet[Invoice], name: str, words: str) -> QuerySet[Invoice]:
        """The words' index finds the few rows in which they may be, in whatever field."""
        near = Begin(self.viewer.actor.store_id, words)
        return rows.filter(near, (f"{name}__folded_contains", words.strip()))

    def of_company(self, rows: QuerySet[Invoice], name: str, words: str) -> QuerySet[Invoice]:
        """Asks for the name that the company has now; its invoices keep the one of their day."""
        named = Company.objects.filter(store_id=self.viewer.actor.store_id, name__folded_contains=words)
        return rows.filter(company_id__in=self._companies(named))

    def of_company_id(self, rows: QuerySet[Invoice], name: str, company_id: Any) -> QuerySet[Invoice]:
        named = Company.objects.filter(store_id=self.viewer.actor.store_id, api_id=company_id)
        return rows.filter(company_id__in=self._companies(named))

    def in_state(self, rows: InvoiceQuerySet, name: str, state: str) -> QuerySet[Invoice]:
        if state == UNPAID[0]:
            return rows.outstanding()
        if state == NOT_DUE[0]:
            return rows.not_due(self.viewer.today)
        if state == CREDIT[0]:
            return rows.in_credit()
        return rows.in_state(InvoiceState(state), self.viewer.today)

    def late_at_least(self, rows: InvoiceQuerySet, name: str, days: Any) -> QuerySet[Invoice]:
        return rows.overdue(self._days_ago(int(days) - 1))

    def late_at_most(self, rows: InvoiceQuerySet, name: str, days: Any) -> QuerySet[Invoice]:
        return rows.overdue(self.viewer.today).filter(due_on__gte=self._days_ago(int(days)))

    def has_pending_payment(self, rows: QuerySet[Invoice], name: str, answer: str) -> QuerySet[Invoice]:
        return rows.filter(is_pending_payment=answer == YES)

    def words(self, name: str, raw: str) -> str:
        if name != "company_id" or not raw.isdecimal():
            return super().words(name, raw)
        named = Company.objects.visible_to(self.viewer.actor).filter(api_id=self.form.cleaned_data.get(name))
        return str(named.values_list("name", flat=True).first() or raw)

    def _companies(self, named: Any) -> Any:
        wide = self.form.cleaned_data.get("subsidiaries")
        return named.ids_with_subsidiaries() if wide else named.ids()

    def _days_ago(self, days: int) -> dt.date:
        return self.viewer.today - dt.timedelta(days)
