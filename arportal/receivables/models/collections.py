"""Notes about companies, their promises to pay, their disputes, and the history of it all.

None of it is at the store, and none of it changes a balance.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from arportal.b2b import Money
from arportal.mirror.models.rows import MoneyField
from arportal.stores.models import Membership, OfCompanyQuerySet, Store


class OfCompany(models.Model):
    """Something that somebody wrote down about a company. What it said stays: a trigger refuses to change it.

    `form_id` is born in the form: a form that is sent twice writes one row.
    """

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    company_id = models.BigIntegerField()
    form_id = models.UUIDField(unique=True)
    actor = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def api_id(self) -> int:
        """Its own id, under the name by which lists know their rows: the API has no such thing."""
        own: int = self.pk
        return own


class NoteQuerySet(OfCompanyQuerySet["Note"]):
    pass


class Note(OfCompany):
    """A note, maybe with something to be done next: on which day, and by whom (null: by anybody)."""

    action_on = models.DateField(null=True)
    person = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["store", "company_id", "-at"], name="note_of_company"),
            models.Index(
                fields=["store", "action_on"],
                condition=Q(action_on__isnull=False, done_at=None),
                name="note_to_act_on",
            ),
        ]

    @property
    def is_to_do(self) -> bool:
        return self.action_on is not None and self.done_at is None


class PromiseToPayQuerySet(OfCompanyQuerySet["PromiseToPay"]):
    pass


class PromiseToPay(OfCompany):
    """A company's word to pay an amount by a day: of some invoices, or (none named) of all it owes in the currency.

    Its state is decided from the ledger alone: see receivables/collections/judging.py.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        KEPT = "kept", _("Kept")
        PART_KEPT = "part-kept", _("Part kept")
        BROKEN = "broken", _("Broken")
        SETTLED = "settled", _("Nothing left to pay")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    NOT_KEPT = (State.BROKEN, State.PART_KEPT)

    currency = models.CharField(max_length=3)
    amount = MoneyField()
    pay_by = models.DateField()
    invoice_ids = ArrayField(models.BigIntegerField(), default=list)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    # The payments that count for it, as of the moment at which it was judged last.
    paid = MoneyField()

    objects = PromiseToPayQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["store", "company_id", "currency"], name="promise_of_company"),
            models.Index(fields=["store", "pay_by"], name="promise_by_day"),
        ]

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def paid_money(self) -> Money:
        return Money(self.paid, self.currency)


class DisputeQuerySet(OfCompanyQuerySet["Dispute"]):
    pass


class Dispute(OfCompany):
    """A company's objection to an invoice, or to part of its amount. The invoice stays in every figure."""

    class Reason(models.TextChoices):
        GOODS = "goods", _("Goods missing, wrong or damaged")
        PRICE = "price", _("Price or discount")
        TAX = "tax", _("Tax or shipping")
        DOUBLE = "double", _("Invoiced twice")
        PAID = "paid", _("Says it is paid")
        ORDER = "order", _("Not ordered")
        OTHER = "other", _("Something else")

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("The company was right")
        IN_PART = "in-part", _("The company was right in part")
        REJECTED = "rejected", _("The amount is due")
        MISTAKE = "mistake", _("Written down by mistake")

    invoice_id = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    amount = MoneyField()
    reason = models.CharField(max_length=10, choices=Reason)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    resolution = models.TextField(blank=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["store", "invoice_id"], condition=Q(resolved_at=None), name="one_open_dispute"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["store", "company_id", "currency"], name="dispute_of_company"),
            models.Index(fields=["store", "at"], name="dispute_by_day"),
        ]

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def invoice_ids(self) -> list[int]:
        """Its one invoice, under the name by which a promise has its own."""
        return [self.invoice_id]

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None


class CollectionEventQuerySet(OfCompanyQuerySet["CollectionEvent"]):
    pass


class CollectionEvent(models.Model):
    """A line of a company's collections history. Append-only. `actor` is null for what was found by itself."""

    class What(models.TextChoices):
        NOTE = "note", _("Note")
        DONE = "done", _("Action done")
        PROMISED = "promised", _("Promise to pay")
        WITHDRAWN = "withdrawn", _("Promise withdrawn")
        KEPT = "kept", _("Promise kept")
        PART_KEPT = "part-kept", _("Promise kept in part")
        BROKEN = "broken", _("Promise broken")
        SETTLED = "settled", _("Promise: nothing left to pay")
        REOPENED = "reopened", _("Promise open again")
        DISPUTED = "disputed", _("Dispute opened")
        RESOLVED = "resolved", _("Dispute resolved")

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    company_id = models.BigIntegerField()
    what = models.CharField(max_length=10, choices=What)
    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="+", null=True)
    promise = models.ForeignKey(PromiseToPay, on_delete=models.PROTECT, related_name="+", null=True)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="+", null=True)
    text = models.TextField(blank=True)
    actor = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()

    objects = CollectionEventQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["store", "company_id", "-at"], name="collections_of_company")
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} at {self.at}"
