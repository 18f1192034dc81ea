"""Lines of bank statements, and what became of each."""

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from arportal.b2b import Money
from arportal.mirror.models.rows import MoneyField
from arportal.receivables.models.bank_files import BankAccount, BankFile
from arportal.receivables.models.changes import Change
from arportal.receivables.models.on_account import OnAccount, OnAccountUse, deletions_of_payment, not_refused
from arportal.stores.models import Membership, Store


class BankLineQuerySet(models.QuerySet["BankLine"]):
    def visible_to(self, actor: Membership) -> Self:
        """Lines of the actor's store, for who sees every company: until a line is matched, nobody knows whose it is,
        and its payer and text are nobody else's to read. Others see what became of it, the payment."""
        return self.filter(store_id=actor.store_id) if actor.all_companies else self.none()

    def with_left(self) -> Self:
        """Each with what is left of it."""
        return self.annotate(left=left_of_line())

    def incoming(self) -> Self:
        return self.filter(amount__gt=0)

    def open(self) -> Self:
        """Money that came in and of which something is left to be said."""
        # What is left of a line costs too much to ask it of all lines of all years.
        rows = self.incoming().filter(Q(is_done=False) | Q(pk__in=taken_back()))
        return rows.with_left().filter(("left__gt", 0))

    def done(self) -> Self:
        """Money that came in and of which all is said."""
        rows = self.incoming().with_left()
        return rows.filter((Q(is_done=True) & ~Q(pk__in=taken_back())) | Q(left__lte=0))

    def mark_done(self) -> None:
        """Marks those that are used up by payments the store has confirmed, money on account, or being ignored: only
        taking one of these back opens them again."""
        unsure = BankUse.objects.filter(line=OuterRef("pk"), change__isnull=False)
        unsure = unsure.exclude(change__state__in=(Change.State.APPLIED, Change.State.REFUSED))
        rows = self.incoming().filter(is_done=False).with_left()
        used_up = rows.filter(("left__lte", 0)).exclude(Exists(unsure)).values_list("pk", flat=True)
        self.model._default_manager.filter(pk__in=list(used_up)).update(is_done=True)


class BankLine(models.Model):
    """A booked line of a statement. Append-only but for `is_done`: what becomes of it is a `BankUse`."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="lines", db_index=False)
    file = models.ForeignKey(BankFile, on_delete=models.PROTECT, related_name="lines")
    # Its line in the file.
    number = models.IntegerField()
    # A checksum of what tells lines apart, and which of those with this checksum it is: the first is 1.
    checksum = models.CharField(max_length=64)
    twin = models.SmallIntegerField()
    booked_on = models.DateField()
    value_on = models.DateField()
    # Above zero for what came in.
    amount = MoneyField()
    currency = models.CharField(max_length=3)
    bank_id = models.TextField(blank=True)
    reference = models.TextField(blank=True)
    payer_name = models.TextField(blank=True)
    payer_account = models.CharField(max_length=64, blank=True)
    text = models.TextField(blank=True)
    is_reversal = models.BooleanField(default=False)
    # Everything in its texts that may be a reference, as `bank/tokens.py` writes it.
    tokens = ArrayField(models.TextField(), default=list)
    # See `mark_done`.
    is_done = models.BooleanField(default=False)

    objects = BankLineQuerySet.as_manager()

    # Of rows read `with_left`.
    left: Any

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "checksum", "twin"], name="one_bank_line")
        ]
        indexes: ClassVar = [
            models.Index(fields=["store", "value_on", "id"], name="bank_line_by_day"),
            models.Index(fields=["store", "currency", "amount"], name="bank_line_by_amount"),
            models.Index(
                fields=["store", "payer_account"],
                condition=~Q(payer_account=""),
                name="bank_line_by_payer",
            ),
            GinIndex(fields=["tokens"], name="bank_line_by_token"),
        ]

    def __str__(self) -> str:
        return self.payer_name or self.text or str(_("Line %(number)s") % {"number": self.number})

    @property
    def api_id(self) -> int:
        """The id by which lists tell their rows apart."""
        return self.pk

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def left_money(self) -> Money:
        return Money(self.left, self.currency)


class BankUseQuerySet(models.QuerySet["BankUse"]):
    def standing(self) -> Self:
        """Those that hold: not taken back, its payment neither refused nor deleted by us."""
        deleted = deletions_of_payment("line__store")
        return self.filter(not_refused(), ended_at=None).exclude(Exists(deleted))


def taken_back() -> models.QuerySet["BankUse", int]:
    """Lines of which something was taken back: by hand, from account, or as a payment that we deleted. Few, and found
    from what took them back."""
    deleted = Change.objects.filter(verb=Change.Verb.DELETE_PAYMENT, state=Change.State.APPLIED)
    recorded = Change.objects.filter(
        verb=Change.Verb.RECORD_PAYMENT,
        store=OuterRef("store"),
        target_id=OuterRef("target_id"),
    )
    payments = deleted.annotate(recorded=Subquery(recorded.values("pk")[:1])).values("recorded")
    mistakes = OnAccountUse.objects.filter(kind=OnAccountUse.Kind.REVERSED).values("money")
    uses = BankUse.objects.filter(Q(ended_at__isnull=False) | Q(change__in=payments) | Q(money__in=mistakes))
    return uses.order_by().values_list("line", flat=True)


def left_of_line() -> "models.ExpressionWrapper[Any]":
    """The part of a line of which nobody has said yet what it is; money on account that was entered by mistake is
    back in it."""
    nothing = Value(0, output_field=MoneyField())
    uses = BankUse.objects.standing().filter(line=OuterRef("pk")).order_by()
    used = uses.values("line").annotate(total=Sum("amount")).values("total")
    reversed_uses = OnAccountUse.objects.filter(
        kind=OnAccountUse.Kind.REVERSED, money__bank_use__line=OuterRef("pk"), money__bank_use__ended_at=None
    ).order_by()
    back = reversed_uses.values("money__bank_use__line").annotate(total=Sum("amount")).values("total")
    return models.ExpressionWrapper(
        F("amount") - Coalesce(Subquery(used), nothing) + Coalesce(Subquery(back), nothing),
        output_field=MoneyField(),
    )


class BankUse(models.Model):
    """The meaning of a line, or of a part of it: a payment, money on account, or nothing of ours. Whether a payment
    still holds, its Change says."""

    class Kind(models.TextChoices):
        PAYMENT = "payment", _("Payment")
        ON_ACCOUNT = "on account", _("On account")
        IGNORED = "ignored", _("Ignored")

    form_id = models.UUIDField(unique=True)
    line = models.ForeignKey(BankLine, on_delete=models.PROTECT, related_name="uses")
    kind = models.CharField(max_length=10, choices=Kind)
    amount = MoneyField()
    company_id = models.BigIntegerField(null=True)
    change = models.OneToOneField(Change, on_delete=models.PROTECT, related_name="bank_use", null=True)
    money = models.OneToOneField(OnAccount, on_delete=models.PROTECT, related_name="bank_use", null=True)
    reason = models.TextField(blank=True)
    actor = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    # When it was taken back: of an ignored line, where no other row says so.
    ended_at = models.DateTimeField(null=True)

    objects = BankUseQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="bank_use_above_zero"),
            models.CheckConstraint(
                condition=Q(kind="payment", change__isnull=False, money__isnull=True)
                | Q(kind="on account", change__isnull=True, money__isnull=False)
                | Q(kind="ignored", change__isnull=True, money__isnull=True),
                name="bank_use_says_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.amount}"

    @property
    def used_money(self) -> Money:
        return Money(self.amount, self.line.currency)
