"""The filter of the queue of payments."""

from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import ProcessingStatus
from arportal.desk.format.statuses import PAYMENT_WORDS
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.lists.companies import CompanyNameFilter
from arportal.desk.lists.filters import AmountFilter, CurrencyFilter, DayFilter, Group, ListFilter, TickFilter
from arportal.desk.lists.tables import Viewer
from arportal.mirror.ids import ids_in
from arportal.mirror.models import Payment
from arportal.mirror.models.payments import OFFLINE_MODULE
from arportal.mirror.models.words import Begin
from arportal.receivables.models import Change, PaymentRecord

# A search by reference that finds more payments than these, the latest, is too vague to be of use.
MOST_BY_REFERENCE = 1_000
ALL, OFFLINE, ONLINE = "all", "offline", "online"
TABS = (
    ProcessingStatus.AWAITING_PROCESSING,
    ProcessingStatus.PROCESSING,
    ProcessingStatus.COMPLETED,
    ProcessingStatus.REFUNDED,
    ProcessingStatus.INCOMPLETE,
)


class PaymentFilter(ListFilter):
    """The filter of payments; without a status the queue shows what waits to be processed."""

    q = django_filters.CharFilter(
        method="matching",
        label=_lazy("Search"),
        widget=Input("search", placeholder=_lazy("Number, company, payer, reference, memo")),
    )
    company = CompanyNameFilter()
    status = django_filters.ChoiceFilter(
        method="in_status",
        label=_lazy("Status"),
        choices=[(ALL, _lazy("All")), *((int(status), PAYMENT_WORDS[status]) for status in TABS)],
        widget=Input("hidden"),
    )
    kind = django_filters.ChoiceFilter(
        method="of_kind",
        label=_lazy("Kind"),
        choices=[(OFFLINE, _lazy("Offline")), (ONLINE, _lazy("Online"))],
        empty_label=_lazy("Any"),
        widget=Select,
    )
    mine = TickFilter(method="by_me", label=_lazy("Only those I recorded"))
    method = django_filters.ChoiceFilter(
        method="by_method",
        label=_lazy("Method"),
        choices=PaymentRecord.Method.choices,
        empty_label=_lazy("Any"),
        widget=Select,
    )
    recorded_from = DayFilter("created_at", label=_lazy("Recorded from"))
    recorded_to = DayFilter("created_at", until=True, label=_lazy("Recorded until"))
    amount_from = AmountFilter("total", "gte", label=_lazy("Amount, from"))
    amount_to = AmountFilter("total", "lte", label=_lazy("Amount, to"))
    currency = CurrencyFilter()

    without_chip = ("status",)
    panel: ClassVar = (
        Group(_lazy("How and by whom"), ("method", "mine")),
        Group(_lazy("Recorded"), ("recorded_from", "recorded_to")),
        Group(_lazy("Amount"), ("amount_from", "amount_to", "currency")),
    )

    class Meta:
        model = Payment
        fields: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, queryset: Any, *, viewer: Viewer) -> None:
        data = data.copy()
        data.setdefault("status", f"{ProcessingStatus.AWAITING_PROCESSING:d}")
        super().__init__(data, queryset, viewer=viewer)

    @property
    def in_any_status(self) -> QuerySet[Payment]:
        """The rows of all tabs together; none while the filter cannot be understood."""
        if not self.is_valid():
            return self.queryset.none()  # type: ignore[no-any-return]  # django-filter ships no types
        rows: QuerySet[Payment] = self.queryset
        for name, value in self.form.cleaned_data.items():
            if name != "status":
                rows = self.filters[name].filter(rows, value)
        return rows if self.search is None else rows.filter(self.search)

    def matching(self, rows: QuerySet[Payment], name: str, words: str) -> QuerySet[Payment]:
        """Searches for how words begin, for the number, and for our reference, which the store does not keep."""
        ours = PaymentRecord.objects.filter(
            change__in=self._recordings(), reference__folded_contains=words.strip()
        ).values_list("change__target_id", flat=True)
        numbers = [*ours.order_by("-pk")[:MOST_BY_REFERENCE], *ids_in([words.strip().removeprefix("#")])]
        self.search = Q(Begin(self.viewer.actor.store_id, words)) | Q(api_id__in=numbers)
        return rows

    def in_status(self, rows: QuerySet[Payment], name: str, status: str) -> QuerySet[Payment]:
        return rows if status == ALL else rows.filter(processing_status=status)

    def of_kind(self, rows: QuerySet[Payment], name: str, kind: str) -> QuerySet[Payment]:
        offline = Q(module_name=OFFLINE_MODULE)
        return rows.filter(offline if kind == OFFLINE else ~offline)

    def by_me(self, rows: QuerySet[Payment], name: str, is_wanted: bool) -> QuerySet[Payment]:
        mine = self._recordings().filter(actor__user=self.viewer.actor.user_id)
        return rows.filter(api_id__in=mine.values("target_id")) if is_wanted else rows

    def by_method(self, rows: QuerySet[Payment], name: str, method: str) -> QuerySet[Payment]:
        so_received = self._recordings().filter(payment_record__method=method)
        return rows.filter(api_id__in=so_received.values("target_id"))

    def _recordings(self) -> QuerySet[Change]:
        """The Changes that recorded payments here."""
        return Change.objects.filter(
            store_id=self.viewer.actor.store_id,
            verb=Change.Verb.RECORD_PAYMENT,
            state=Change.State.APPLIED,
        )
