"""The filters of receipts and of their lines."""

from typing import ClassVar

import django_filters
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import ProcessingStatus
from arportal.desk.format.statuses import PAYMENT_WORDS, RECEIPT_WORDS
from arportal.desk.forms.widgets import Input, Select
from arportal.desk.lists.companies import CompanyNameFilter
from arportal.desk.lists.filters import AmountFilter, CurrencyFilter, DayFilter, Group, ListFilter
from arportal.mirror.ids import id_in
from arportal.mirror.models import Payment, Receipt, ReceiptLine

PANEL: tuple[Group, ...] = (
    Group(_lazy("Issued"), ("issued_from", "issued_to")),
    Group(_lazy("Amount"), ("amount_from", "amount_to", "currency")),
)


class PaperFilter(ListFilter):
    """The filters that receipts and receipt lines share. `number` fields are searched for a whole number."""

    number: ClassVar[tuple[str, ...]] = ()
    searched: ClassVar[tuple[str, ...]] = ()
    q = django_filters.CharFilter(
        method="matching",
        label=_lazy("Search"),
        widget=Input("search", placeholder=_lazy("Number, payer, reference")),
    )
    company = CompanyNameFilter()
    type = django_filters.ChoiceFilter(
        "transaction_type",
        "iexact",
        label=_lazy("Type"),
        choices=list(RECEIPT_WORDS.items()),
        empty_label=_lazy("Any"),
        widget=Select,
    )
    status = django_filters.ChoiceFilter(
        method="in_status",
        label=_lazy("Payment status"),
        choices=[(int(status), PAYMENT_WORDS[status]) for status in ProcessingStatus],
        empty_label=_lazy("Any"),
        widget=Select,
    )
    issued_from = DayFilter("created_at", label=_lazy("Issued from"))
    issued_to = DayFilter("created_at", until=True, label=_lazy("Issued until"))
    currency = CurrencyFilter()

    def matching(self, rows: QuerySet[Model], name: str, words: str) -> QuerySet[Model]:
        anywhere = Q()
        for field in self.searched:
            anywhere |= Q((f"{field}__folded_contains", words))
        if (number := id_in(words.removeprefix("#"))) is not None:
            for field in self.number:
                anywhere |= Q((field, number))
        return rows.filter(anywhere)

    def in_status(self, rows: QuerySet[Model], name: str, status: str) -> QuerySet[Model]:
        return rows.filter(payment_status=status)


class ReceiptFilter(PaperFilter):
    number = ("api_id", "payment_id")
    searched = ("payer_name", "reference_number", "payment_type")
    amount_from = AmountFilter("total", "gte", label=_lazy("Amount, from"))
    amount_to = AmountFilter("total", "lte", label=_lazy("Amount, to"))
    panel = PANEL

    class Meta:
        model = Receipt
        fields: tuple[str, ...] = ()

    def in_status(self, rows: QuerySet[Model], name: str, status: str) -> QuerySet[Model]:
        """Asks the payments: a receipt does not say its payment's status."""
        payments = Payment.objects.visible_to(self.viewer.actor).filter(api_id=OuterRef("payment_id"))
        return rows.filter(Exists(payments.filter(processing_status=status)))


class ReceiptLineFilter(PaperFilter):
    number = ("receipt_id", "payment_id")
    searched = ("invoice_number", "reference_number", "payment_type")
    amount_from = AmountFilter("amount", "gte", label=_lazy("Amount, from"))
    amount_to = AmountFilter("amount", "lte", label=_lazy("Amount, to"))
    panel = PANEL

    class Meta:
        model = ReceiptLine
        fields: tuple[str, ...] = ()
