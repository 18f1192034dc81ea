"""Bank files and what is remembered about them: rules of the store, accounts, and the columns of tables."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from arportal.stores.models import Membership, Store


class BankRules(models.Model):
    """A store's rules for bank lines. Without a row: nothing is applied by itself, nothing is tolerated."""

    store = models.OneToOneField(Store, on_delete=models.PROTECT, related_name="bank_rules")
    # True if lines that are unambiguous are recorded by themselves.
    applies_ready = models.BooleanField(default=False)
    # Currency code → amount (decimal string): so much less than open is a short payment, not another one.
    tolerances = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"Bank rules of {self.store}"


class BankAccount(models.Model):
    """An account of the merchant, by IBAN or number, in one currency."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "number", "currency"], name="one_bank_account")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.currency}"


class BankUpload(models.Model):
    """A table whose columns nobody has explained yet. Deleted once it is taken in."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    actor = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return self.name


class BankColumns(models.Model):
    """The meaning of the columns of a kind of table, as somebody has said once."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    # Of its columns' names: `bank/table.py:kind_of`.
    kind = models.CharField(max_length=64)
    mapping = models.JSONField()
    actor = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "kind"], name="one_mapping_of_bank_columns")
        ]

    def __str__(self) -> str:
        return self.kind[:8]


class BankFile(models.Model):
    """A file as it was taken in. `problems` are the lines that were not: `{"line": 7, "reason": "…"}`."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=10)
    encoding = models.CharField(max_length=20)
    added = models.IntegerField()
    known = models.IntegerField()
    problems = models.JSONField(default=list)
    actor = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["store", "-at"], name="bank_file_newest")]

    def __str__(self) -> str:
        return self.name
