"""Sums of the ledger that are kept, so that a million invoices age at once. All can be dropped and built anew.

`open` adds up invoices on which money is owed, `credit` those in the customer's favour (below zero); an invoice is
in one or the other by its own balance. `aged_on` is the day from which an invoice ages: by `basis` its due day or
the day of its issue; NO_DAY when it has none.
"""

import datetime as dt
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from arportal.mirror.models.rows import MoneyField
from arportal.stores.models import Store

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
                include=["open", "credit"],
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
                include=["amount"],
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
                include=["open", "credit"],
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
            )
        ]


class CompanyBalance(_Sums):
    """What one company owes in one currency today."""

    company_id = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["store", "company_id", "currency"], name="one_row_per_company_balance"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["store", "currency", "-open", "company_id"], name="company_by_open"),
            models.Index(fields=["store", "currency", "credit", "company_id"], name="company_by_credit"),
        ]
