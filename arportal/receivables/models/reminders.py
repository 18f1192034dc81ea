"""Reminders: a store's plan for each currency, and the rounds in which they were sent."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from arportal.stores.models import Membership, Store


class ReminderPlan(models.Model):
    """A store's plan for a currency. The newest row counts: rows are added and never changed, so that it stays what
    was said when, and who decided it."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    is_on = models.BooleanField(_("on"))
    # The hour of the store's day from which they go by themselves; null: only when a person sends them.
    hour = models.PositiveSmallIntegerField(null=True)
    # In order: {"days": late, "minimum": decimal string, "subject", "text"}.
    levels = models.JSONField()
    saved_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["store", "currency", "-id"], name="reminder_plan_newest")]

    def __str__(self) -> str:
        return f"Reminders in {self.currency}"


class ReminderRunQuerySet(models.QuerySet["ReminderRun"]):
    def visible_to(self, actor: Membership) -> Self:
        """Rounds of the actor's store; of those who see some companies, the rounds that were about these alone."""
        runs = self.filter(store_id=actor.store_id)
        return runs if actor.all_companies else runs.filter(company_ids__contained_by=actor.company_ids)


class ReminderRun(models.Model):
    """One round of reminders: of the companies that a person chose, or by itself of all that are due on a day.

    Its id is born in the form, and is the `batch` of its mails; the id of each mail follows from it.
    """

    id = models.UUIDField(primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    # The store's day for which it chose.
    day = models.DateField()
    actor = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)
    company_ids = ArrayField(models.BigIntegerField())
    # Company id → why no mail was made for it when its turn came.
    left_out = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = ReminderRunQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["store", "currency", "day"], condition=Q(actor=None), name="one_round_by_itself"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["store", "-started_at"], name="reminder_run_newest")]

    def __str__(self) -> str:
        return f"Reminders of {self.day} in {self.currency}"
