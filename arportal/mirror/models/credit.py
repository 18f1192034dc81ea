from typing import ClassVar

from django.db import models

from arportal.b2b import Money
from arportal.mirror.models.rows import MirrorQuerySet, MirrorRow, MoneyField


class CreditTermsQuerySet(MirrorQuerySet["CreditTerms"]):
    company_field = "api_id"


class CreditTerms(MirrorRow):
    """A company's credit and payment terms; `api_id` is the company's. There is no list of these in the API: they
    are read company by company, those read longest ago first.

    What is not known is null: the store has it switched off, does not tell it, or never answered.
    `terms_days` holds the store's default when the company has no terms of its own. `read_at` is when the
    company was last asked about, `is_left_out` whether something could not be read then.
    """

    credit_enabled = models.BooleanField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    available_credit = MoneyField(null=True)
    limits_purchases = models.BooleanField(null=True)
    is_on_hold = models.BooleanField(null=True)
    terms_enabled = models.BooleanField(null=True)
    terms_days = models.SmallIntegerField(null=True)
    read_at = models.DateTimeField()
    is_left_out = models.BooleanField(default=False)

    objects = CreditTermsQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["store", "api_id"], name="one_row_per_credit_terms")
        ]

    @property
    def available_money(self) -> Money | None:
        """None when the store does not tell."""
        if not self.currency or self.available_credit is None:
            return None
        return Money(self.available_credit, self.currency)

    @property
    def can_be_held(self) -> bool:
        """True if the company buys on credit, and the store tells whether that is on hold."""
        return self.credit_enabled is True and self.is_on_hold is not None

    def __str__(self) -> str:
        return f"Credit and terms of company {self.api_id}"
