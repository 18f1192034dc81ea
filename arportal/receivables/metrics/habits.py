"""The days by which companies pay late, as they were computed in the night."""

from django.db.models import Sum

from arportal.receivables.metrics.days import Days, Missing
from arportal.receivables.models import PaymentHabit
from arportal.stores.models import Membership


def average_days_late(actor: Membership, currency: str) -> Days:
    """The days by which the payments of the last 90 days were late, each weighted by its amount. There must be
    NightlyFigures."""
    habits = PaymentHabit.objects.visible_to(actor).filter(currency=currency)
    sums = habits.aggregate(paid=Sum("paid_lately"), late=Sum("late_lately"))
    if not sums["paid"]:
        return Days(None, Missing.NO_PAYMENTS)
    return Days(sums["late"] / sums["paid"])
