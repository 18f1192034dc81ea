"""The worklist: companies with something overdue, in the order of what is worth chasing.

One row a company and currency: amounts of different currencies are never compared. The score is what is overdue less
what is promised or in dispute, once more for each 30 days that the oldest debt is late; twice that after a broken
promise, and half as much again when nobody has been in touch for two weeks.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    DateField,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest

from arportal.mirror.models.rows import MoneyField
from arportal.receivables.models import CollectionEvent, CompanyBalance, Dispute, Note, PromiseToPay

# A broken promise counts for so long, and a company counts as left alone after so long.
REMEMBERED = dt.timedelta(days=90)
QUIET = dt.timedelta(days=14)
FACTOR = DecimalField(max_digits=20, decimal_places=6)
OF_COMPANY = Q(store=OuterRef("store"), company_id=OuterRef("company_id"))
OF_CURRENCY = OF_COMPANY & Q(currency=OuterRef("currency"))


def in_order_of_worth(
    balances: QuerySet[CompanyBalance], today: dt.date, now: dt.datetime
) -> QuerySet[CompanyBalance]:
    """The balances in which something is overdue, each with all that its place in the worklist rests on.

    `promised` and `disputed` are amounts, `chased` what is overdue without them; `broken_on` is the day of the latest
    promise that was not kept, `contacted_at` when somebody last wrote something down, `action_on` the day of the next
    action; `score` orders the rows of one currency.
    """
    promises = PromiseToPay.objects.filter(OF_CURRENCY)
    broken = promises.filter(state__in=PromiseToPay.NOT_KEPT, pay_by__gte=today - REMEMBERED)
    actions = Note.objects.filter(OF_COMPANY, action_on__isnull=False, done_at=None)
    contacts = CollectionEvent.objects.filter(OF_COMPANY, actor__isnull=False)
    left = ExpressionWrapper(F("overdue") - F("promised") - F("disputed"), MoneyField())
    return (
        balances.filter(overdue__gt=0, oldest_due_on__lt=today)
        .annotate(
            promised=_sum_of(promises.filter(state=PromiseToPay.State.OPEN, pay_by__gte=today)),
            disputed=_sum_of(Dispute.objects.filter(OF_CURRENCY, resolved_at=None)),
            broken_on=Subquery(broken.order_by("-pay_by").values("pay_by")[:1]),
            contacted_at=Subquery(contacts.order_by("-at").values("at")[:1]),
            action_on=Subquery(actions.order_by("action_on").values("action_on")[:1]),
        )
        .annotate(chased=Greatest(left, Value(0, MoneyField())))
        .annotate(score=_score(today, now))
    )


def with_actions_of(balances: QuerySet[CompanyBalance], **which: object) -> QuerySet[CompanyBalance]:
    """The balances of companies with a next action that is so."""
    actions = Note.objects.filter(OF_COMPANY, action_on__isnull=False, done_at=None, **which)
    return balances.filter(Exists(actions))


def _sum_of(rows: QuerySet[PromiseToPay] | QuerySet[Dispute]) -> Coalesce:
    sums = rows.order_by().values("currency").annotate(sum=Sum("amount")).values("sum")
    return Coalesce(Subquery(sums, MoneyField()), Value(0, MoneyField()))


def _score(today: dt.date, now: dt.datetime) -> Any:
    # Django makes an interval of the difference of two days, PostgreSQL a whole number.
    day, whole = Cast(Value(today), DateField()), IntegerField()
    days_late = Func(
        day, F("oldest_due_on"), template="(%(expressions)s)", arg_joiner=" - ", output_field=whole
    )
    late = Value(Decimal(1), FACTOR) + Cast(days_late, FACTOR) / Value(Decimal(30), FACTOR)
    is_quiet = Q(contacted_at=None) | Q(contacted_at__lt=now - QUIET)
    broken = Case(
        When(broken_on__isnull=False, then=Value(Decimal(2), FACTOR)), default=Value(Decimal(1), FACTOR)
    )
    quiet = Case(When(is_quiet, then=Value(Decimal("1.5"), FACTOR)), default=Value(Decimal(1), FACTOR))
    return ExpressionWrapper(F("chased") * late * broken * quiet, FACTOR)
