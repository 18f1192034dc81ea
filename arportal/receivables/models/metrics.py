"""Figures computed every night from the ledger: how late companies pay, what that lets us expect, and what they owed
a week before. All can be dropped and computed anew."""

from typing import ClassVar

from django.db import models

from arportal.mirror.models.rows import MoneyField
from arportal.stores.models import OfCompanyQuerySet, Store


class NightlyFigures(models.Model):
    """The night of which a store's figures below are: all payments before `day` are in them."""

    store = models.OneToOneField(
        Store, on_delete=models.CASCADE, related_name="nightly_figures", primary_key=True
    )
    day = models.DateField()
    computed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Figures of {self.day}"


class _OfStore(models.Model):
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)

    class Meta:
        abstract = True


def _days_times_amount() -> models.DecimalField:  # type: ignore[type-arg]  # generic in the stubs only
    return models.DecimalField(max_digits=26, decimal_places=4)


class PaymentHabitQuerySet(OfCompanyQuerySet["PaymentHabit"]):
    pass


class PaymentHabit(_OfStore):
    """The amounts paid by a company on invoices with a due date, in the year and in the 90 days before the night, and
    these times the days by which each was late (below zero: early). Days late are the second over the first."""

    company_id = models.BigIntegerField()
    paid = MoneyField()
    late = _days_times_amount()
    paid_lately = MoneyField()
    late_lately = _days_times_amount()

    objects = PaymentHabitQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "currency", "company_id"], name="one_row_per_habit")
        ]

    def __str__(self) -> str:
        return f"Company {self.company_id} in {self.currency}"


class WeekAgo(_OfStore):
    """The balance of a company at the end of the day a week before the night."""

    company_id = models.BigIntegerField()
    balance = MoneyField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "currency", "company_id"], name="one_row_per_week_ago")
        ]

    def __str__(self) -> str:
        return f"Company {self.company_id}: {self.balance} {self.currency}"


class ExpectedCash(_OfStore):
    """The cash expected on a day if every company pays as late as it usually does; NO_DAY: on none that we know."""

    day = models.DateField()
    amount = MoneyField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "currency", "day"], name="one_row_per_expected_day")
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} on {self.day}"


class ForecastWeek(_OfStore):
    """A forecast that can be checked: what would have been expected, on the day `first`, in the week of this number
    after it (0 to 7), and what was then paid of the invoices that were open on that day."""

    first = models.DateField()
    week = models.SmallIntegerField()
    by_due = MoneyField()
    by_habit = MoneyField()
    paid = MoneyField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["store", "currency", "first", "week"], name="one_row_per_forecast_week"
            )
        ]

    def __str__(self) -> str:
        return f"Week {self.week} after {self.first}: {self.paid} {self.currency}"
