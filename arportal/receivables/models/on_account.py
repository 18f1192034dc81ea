"""Money received that fits no invoice. The API has no place for it, so it is a record of ours alone."""

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from arportal.b2b import Money
from arportal.mirror.models.rows import MoneyField
from arportal.receivables.models.changes import Change
from arportal.receivables.models.records import PaymentRecord
from arportal.stores.models import Membership, OfCompanyQuerySet, Store


class OnAccountQuerySet(OfCompanyQuerySet["OnAccount"]):
    def unapplied(self) -> Self:
        """Money of which something is left."""
        return self.with_left().filter(("left__gt", 0))

    def with_left(self) -> Self:
        """Each with what is left of it."""
        return self.annotate(left=left_amount())


def left_amount() -> "models.ExpressionWrapper[Any]":
    """The rest of an amount on account, for queries."""
    uses = OnAccountUse.objects.standing().filter(money=OuterRef("pk")).order_by()
    used = uses.values("money").annotate(total=Sum("amount")).values("total")
    nothing = Value(0, output_field=MoneyField())
    return models.ExpressionWrapper(
        F("amount") - Coalesce(Subquery(used), nothing), output_field=MoneyField()
    )


class OnAccount(models.Model):
    """An amount that a company has paid and that belongs to none of its invoices yet. Append-only: what is taken off
    it is an `OnAccountUse`."""

    # Of the form, so that a form that is sent twice is the same money.
    form_id = models.UUIDField(unique=True)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    company_id = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    amount = MoneyField()
    # The value date.
    received_on = models.DateField()
    method = models.CharField(
        max_length=20, choices=PaymentRecord.Method, default=PaymentRecord.Method.TRANSFER
    )
    reference = models.TextField(blank=True)
    payer_name = models.TextField(blank=True)
    reason = models.TextField()
    actor = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    objects = OnAccountQuerySet.as_manager()

    # Of rows read `with_left`: what of it is still on account.
    left: Decimal

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["store", "company_id", "currency"], name="on_account_of_company"),
            models.Index(fields=["store", "received_on", "id"], name="on_account_by_day"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="on_account_above_zero")
        ]

    def __str__(self) -> str:
        return self.reference or str(_("On account #%(id)s") % {"id": self.pk})

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def left_money(self) -> Money:
        return Money(self.left, self.currency)

    @property
    def api_id(self) -> int:
        """Its own id, under the name by which lists know their rows: the API has no such thing."""
        return self.pk


class OnAccountUseQuerySet(models.QuerySet["OnAccountUse"]):
    def standing(self) -> Self:
        """Those that hold. What was to be applied is back on account in the moment in which its payment is refused,
        or in which we have deleted it: nobody has to remember to give it back."""
        return self.filter(not_refused()).exclude(Exists(deletions_of_payment("money__store")))

    def standing_on(self, day: dt.date, store: Store, known: dt.datetime | None = None) -> Self:
        """Those that held at the end of a day of the store, as is known now, or was before the moment `known`."""
        end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), store.zone)
        held = not_refused()
        rows = self.filter(taken_on__lte=day)
        if known is not None:
            end = min(end, known)
            held |= Q(change__settled_at__gte=known)
            rows = rows.filter(at__lt=known)
        deleted = deletions_of_payment("money__store").filter(settled_at__lt=end)
        return rows.filter(held).exclude(Exists(deleted))


def not_refused() -> Q:
    """Uses whose payment the store has not refused; and those without one, such as money paid back."""
    # Not `exclude`, which would leave out those without a Change.
    return Q(change=None) | ~Q(change__state=Change.State.REFUSED)


def deletions_of_payment(store: str) -> models.QuerySet[Change]:
    """Our deletions of the payment that a use became, `store` being the path from the use to its store; not those of
    one that was there twice by mistake."""
    return Change.objects.filter(
        store=OuterRef(store),
        verb=Change.Verb.DELETE_PAYMENT,
        target_id=OuterRef("change__target_id"),
        state=Change.State.APPLIED,
    ).exclude(after__has_key="kept")


class OnAccountUse(models.Model):
    """An amount taken off money on account. Append-only; whether an applied one still holds, its Change says."""

    class Kind(models.TextChoices):
        APPLIED = "applied", _("Applied to invoices")
        PAID_BACK = "paid-back", _("Paid back to the customer")
        REVERSED = "reversed", _("Entered by mistake")

    form_id = models.UUIDField(unique=True)
    money = models.ForeignKey(OnAccount, on_delete=models.PROTECT, related_name="uses")
    kind = models.CharField(max_length=10, choices=Kind)
    amount = MoneyField()
    # The Change that records it as a payment, of those applied.
    change = models.OneToOneField(Change, on_delete=models.PROTECT, related_name="on_account_use", null=True)
    reason = models.TextField(blank=True)
    # The store's day.
    taken_on = models.DateField()
    actor = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    objects = OnAccountUseQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="on_account_use_above_zero"),
            models.CheckConstraint(
                condition=Q(kind="applied", change__isnull=False)
                | ~Q(kind="applied") & Q(change__isnull=True),
                name="on_account_applied_by_a_change",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.amount}"
