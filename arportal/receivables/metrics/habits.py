"""The days by which companies pay late, as they were computed in the night."""

from django.db.models import QuerySet, Sum

from arportal.receivables.metrics.days import Days, Missing
from arportal.receivables.models import PaymentHabit
from arportal.stores.models import Membership


def habits(actor: Membership, currency: str) -> QuerySet[PaymentHabit]:
    """Those of the companies that the actor may see."""
    kept = PaymentHabit.objects.filter(store_id=actor.store_id, currency=currency)
    return kept if actor.all_companies else kept.filter(company_id__in=actor.company_ids)


def average_days_late(actor: Membership, currency: str) -> Days:
    """The days by which the payments of the last 90 days were late, each weighted by its amount. There must be
    NightlyFigures."""
    sums = habits(actor, currency).aggregate(paid=Sum("paid_lately"), late=Sum("late_lately"))
    if not sums["paid"]:
        return Days(None, Missing.NO_PAYMENTS)
    return Days(sums["late"] / sums["paid"])
