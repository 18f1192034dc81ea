"""Sums of the ledger that are kept, so that a million invoices age at once. All can be dropped and built anew.

`open` adds up invoices on which money is owed, `credit` those in the customer's favour (below zero); an invoice is
in one or the other by its own balance. `aged_on` is the day from which an invoice ages: by `basis` its due day or
the day of its issue; NO_DAY when it has none.
"""

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from arportal.b2b import Money
from arportal.mirror.models import Company
from arportal.mirror.models.rows import MoneyField
from arportal.stores.models import OfCompanyQuerySet, Store

NO_DAY = dt.date(9999, 12, 31)


class Basis(models.TextChoices):
    """The day from which invoices age."""

    DUE = "due", _("Due date")
    ISSUED = "issued", _("Invoice date")


class _Sums(models.Model):
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    open = MoneyField()
    credit = MoneyField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.open} open and {self.credit} in credit, in {self.currency}"


class AgeingMovement(_Sums):
    """The movement of one day: what it added to open and credit. Summed up to a day, the balances as of that day."""

    basis = models.CharField(max_length=6, choices=Basis)
    aged_on = models.DateField()
    day = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["store", "basis", "day", "currency", "aged_on"],
                name="one_row_per_ageing_movement",
            )
        ]


class DailyCause(models.Model):
    """The sum of one day's entries of one cause: what was issued, paid, reversed, and so on."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    cause = models.CharField(max_length=20)
    day = models.DateField()
    amount = MoneyField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["store", "cause", "currency", "day"],
                name="one_row_per_daily_cause",
            )
        ]

    def __str__(self) -> str:
        return f"{self.cause} on {self.day}: {self.amount} {self.currency}"


class StoreAgeing(_Sums):
    """The balances of today, of the whole store."""

    basis = models.CharField(max_length=6, choices=Basis)
    aged_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["store", "basis", "currency", "aged_on"],
                name="one_row_per_store_ageing",
            )
        ]


class CompanyAgeing(_Sums):
    """The balances of today, company by company."""

    company_id = models.BigIntegerField()
    basis = models.CharField(max_length=6, choices=Basis)
    aged_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["store", "basis", "company_id", "currency", "aged_on"],
                name="one_row_per_company_ageing",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["store", "basis", "company_id", "currency", "aged_on"],
                include=["open", "credit"],
                condition=models.Q(open__gt=0) | models.Q(credit__lt=0),
                name="company_ageing_not_zero",
            ),
            # The companies that owe something of some age.
            models.Index(
                fields=["store", "basis", "aged_on", "company_id"],
                include=["currency"],
                condition=models.Q(open__gt=0),
                name="company_ageing_by_day",
            ),
        ]


class _Balance(_Sums):
    """The amounts owed in one currency today. `overdue`, and what of it is up to 30, 60 and 90 days late, is as of
    the day that the ledger says: `Ledger.overdue_as_of`."""

    overdue = MoneyField()
    late_30 = MoneyField()
    late_60 = MoneyField()
    late_90 = MoneyField()

    class Meta(_Sums.Meta):
        abstract = True


class StoreBalance(_Balance):
    """The amounts that the whole store is owed: the sums of its CompanyBalance."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "currency"], name="one_row_per_store_balance")
        ]


class CompanyBalanceQuerySet(OfCompanyQuerySet["CompanyBalance"]):
    def totals(self) -> Any:
        """The three sums of each currency that has any, and how many companies they are of."""
        summed = self.order_by().exclude(open=0, credit=0).values("currency")
        return summed.annotate(
            open=models.Sum("open"),
            overdue=models.Sum("overdue"),
            credit=models.Sum("credit"),
            companies=models.Count("pk"),
        )


class CompanyBalance(_Balance):
    """The amounts that one company owes, and the days by which one sees how it pays."""

    company_id = models.BigIntegerField()
    # The earliest due day of what is open, and the day of the last payment that stands.
    oldest_due_on = models.DateField(null=True)
    last_payment_on = models.DateField(null=True)
    # No column and no constraint: the way by which lists of companies are put in the order of these figures.
    company = models.ForeignObject(
        Company,
        on_delete=models.DO_NOTHING,
        from_fields=["store", "company_id"],
        to_fields=["store", "api_id"],
        related_name="kept_balances",
    )

    objects = CompanyBalanceQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["store", "company_id", "currency"], name="one_row_per_company_balance"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["store", "currency", figure, "company_id"], name=f"company_by_{name}")
            for figure, name in (
                ("open", "open"),
                ("credit", "credit"),
                ("overdue", "overdue"),
                ("oldest_due_on", "oldest_debt"),
                ("last_payment_on", "last_payment"),
            )
        ]

    @property
    def api_id(self) -> int:
        """Its own id, under the name by which lists know their rows: the API has no such thing."""
        return self.pk

    @property
    def open_money(self) -> Money:
        return Money(self.open, self.currency)

    @property
    def overdue_money(self) -> Money:
        return Money(self.overdue, self.currency)

    @property
    def credit_money(self) -> Money:
        return Money(self.credit, self.currency)

    @property
    def balance_money(self) -> Money:
        return Money(self.open + self.credit, self.currency)

    def days_late(self, today: dt.date) -> int:
        """The age of the oldest debt beyond its due day; 0 for none that is late."""
        return max((today - self.oldest_due_on).days, 0) if self.oldest_due_on else 0
