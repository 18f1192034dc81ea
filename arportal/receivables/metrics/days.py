"""A figure in days, or the reason why there is none: a figure is never made up."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Missing(TextChoices):
    """The reason why a figure cannot be computed."""

    NO_SALES = "no-sales", _("Nothing was invoiced in the last 90 days.")
    OLDER_THAN_SALES = "older-than-sales", _("More is open than was invoiced in the last 24 months.")
    NO_PAYMENTS = "no-payments", _("No payment of the last 90 days was for an invoice with a due date.")
    NOT_YET = "not-yet", _("It is computed every night, and was not yet.")


@dataclass(frozen=True, slots=True)
class Days:
    """A number of days, or None and what is `missing`."""

    number: Decimal | None
    missing: Missing | None = None

    @property
    def rounded(self) -> Decimal | None:
        """The number to a tenth of a day."""
        return None if self.number is None else round(self.number, 1)
