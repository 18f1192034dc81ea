import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from arportal.b2b import InvoiceStatus, Money
from arportal.mirror.models.balances import (
    CREDIT,
    CREDIT_AMOUNT,
    OPEN_AMOUNT,
    OWED,
    PAID_AMOUNT,
    balance_field,
    balance_of,
)
from arportal.mirror.models.rows import MirrorQuerySet, MirrorRow, MoneyField
from arportal.mirror.models.words import words_field


class InvoiceState(models.TextChoices):
    """The state of an invoice as people are shown it. The API stores only open, partially paid and paid; the rest
    follows from the balance and the due date, so that a partly paid invoice past its due date is overdue too."""

    OPEN = "open", _("Open")
    PARTLY_PAID = "partly-paid", _("Partly paid")
    OVERDUE = "overdue", _("Overdue")
    PAID = "paid", _("Paid")
    CREDIT_NOTE = "credit-note", _("Credit note")
    OVERPAID = "overpaid", _("Overpaid")

    @property
    def is_credit(self) -> bool:
        """True if its balance is in the customer's favour."""
        return self in (InvoiceState.CREDIT_NOTE, InvoiceState.OVERPAID)


CREDIT_NOTE = CREDIT & Q(original_balance__lt=0)
OVERPAID = CREDIT & Q(original_balance__gte=0)


class InvoiceQuerySet(MirrorQuerySet["Invoice"]):
    def outstanding(self) -> Self:
        """Invoices on which money is still owed."""
        return self.filter(OWED)

    def in_credit(self) -> Self:
        """Credit notes, and invoices that were paid beyond their amount."""
        return self.filter(CREDIT)

    def overdue(self, today: dt.date) -> Self:
        """Outstanding invoices due before `today`, the day that it is in the store."""
        return self.filter(OWED, due_on__lt=today)

    def not_due(self, today: dt.date) -> Self:
        """Outstanding invoices that are not overdue: also those without a due date."""
        return self.filter(OWED, _not_late(today))

    def currencies(self) -> list[str]:
        """The codes of the currencies that these are in."""
        return list(self.order_by("currency").values_list("currency", flat=True).distinct())

    def numbers(self, api_ids: Iterable[int]) -> dict[int, str]:
        """API id → number of those that are there, in one query; all must be of one store."""
        return dict(self.filter(api_id__in=set(api_ids)).order_by().values_list("api_id", "number"))

    def balances(self, *by: str) -> Any:
        """Open and credit, one row for each currency and what else they are told apart `by`: see Balances.of."""
        rows = self.order_by().exclude(balance=0).values(*by, "currency")
        return rows.annotate(open=models.Sum(OPEN_AMOUNT), credit=models.Sum(CREDIT_AMOUNT))

    def in_state(self, state: InvoiceState, today: dt.date) -> Self:
        """Invoices shown as `state`: agrees with Invoice.state_on for every row."""
        not_late = _not_late(today)
        match state:
            case InvoiceState.CREDIT_NOTE:
                return self.filter(CREDIT_NOTE)
            case InvoiceState.OVERPAID:
                return self.filter(OVERPAID)
            case InvoiceState.PAID:
                return self.filter(~CREDIT, ~OWED)
            case InvoiceState.OVERDUE:
                return self.overdue(today)
            case InvoiceState.PARTLY_PAID:
                return self.filter(OWED, not_late, _PARTLY)
        return self.filter(OWED, not_late, ~_PARTLY)


def _not_late(today: dt.date) -> Q:
    return Q(due_on=None) | Q(due_on__gte=today)


_PARTLY = Q(status=InvoiceStatus.PARTIALLY_PAID) | Q(open_balance__lt=models.F("original_balance"))


class Invoice(MirrorRow):
    """An invoice. Company and order are named by their API ids, never by foreign key."""

    company_id = models.BigIntegerField()
    company_name = models.TextField(blank=True)
    number = models.TextField()
    type = models.TextField(blank=True)
    # The API's own status (0 open, 1 partially paid, 2 paid); it may disagree with the balance.
    status = models.SmallIntegerField()
    order_number = models.TextField(blank=True)
    purchase_order_number = models.TextField(blank=True)
    external_id = models.TextField(blank=True)
    currency = models.CharField(max_length=3)
    original_balance = MoneyField()
    open_balance = MoneyField()
    # As it was when the row was read; `balance_money` goes with its open balance and status.
    balance = balance_field()
    is_pending_payment = models.BooleanField(default=False)
    source = models.SmallIntegerField(null=True)
    channel_id = models.BigIntegerField(null=True)
    # The moments as the API has them, and the days of the store that they stand for: see b2b.day_of. People see
    # the days, and all that goes by date goes by them.
    issued_at = models.DateTimeField(null=True)
    issued_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    updated_at = models.DateTimeField(null=True)
    extra_fields = models.JSONField(default=list)
    words = words_field("number", "order_number", "purchase_order_number", "external_id", "company_name")

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "api_id"], name="one_row_per_invoice")
        ]
        indexes: ClassVar = [
            # With gone_at beside the key, counting what is there, as every pass does, reads the index alone.
            models.Index(
                fields=["store", "issued_at", "api_id"], include=["gone_at"], name="invoice_by_issue"
            ),
            models.Index(fields=["store", "issued_on", "api_id"], name="invoice_by_issue_day"),
            models.Index(fields=["store", "due_on", "api_id"], name="invoice_by_due"),
            models.Index(fields=["store", "number", "api_id"], name="invoice_by_number"),
            models.Index(fields=["store", "company_name", "api_id"], name="invoice_by_company_name"),
            # Amounts are put in order within their currency.
            models.Index(fields=["store", "currency", "balance", "api_id"], name="invoice_by_balance"),
            models.Index(
                fields=["store", "currency", "original_balance", "api_id"], name="invoice_by_original"
            ),
            models.Index("store", "currency", PAID_AMOUNT, "api_id", name="invoice_by_paid"),
            models.Index(fields=["store", "updated_at", "api_id"], name="invoice_by_update"),
            models.Index(fields=["store", "company_id", "issued_on", "api_id"], name="invoice_of_company"),
            GinIndex(fields=["words"], name="invoice_by_words"),
            GinIndex(fields=["extra_fields"], opclasses=["jsonb_path_ops"], name="invoice_by_extra_field"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def original_money(self) -> Money:
        return Money(self.original_balance, self.currency)

    @property
    def open_money(self) -> Money:
        return Money(self.open_balance, self.currency)

    @property
    def balance_money(self) -> Money:
        """The balance; above zero it is open, below zero a credit."""
        return Money(balance_of(self.open_balance, self.status), self.currency)

    @property
    def is_owed(self) -> bool:
        return balance_of(self.open_balance, self.status) > 0

    def state_on(self, today: dt.date) -> InvoiceState:
        """The state to show when it is `today` in the store."""
        if self.open_balance < 0:
            return InvoiceState.CREDIT_NOTE if self.original_balance < 0 else InvoiceState.OVERPAID
        if not self.is_owed:
            return InvoiceState.PAID
        if self.due_on is not None and self.due_on < today:
            return InvoiceState.OVERDUE
        partly = self.status == InvoiceStatus.PARTIALLY_PAID or self.open_balance < self.original_balance
        return InvoiceState.PARTLY_PAID if partly else InvoiceState.OPEN

    def days_late(self, today: dt.date) -> int:
        """Whole days between the due date and today; 0 unless overdue."""
        if self.due_on is None or self.state_on(today) is not InvoiceState.OVERDUE:
            return 0
        return (today - self.due_on).days
