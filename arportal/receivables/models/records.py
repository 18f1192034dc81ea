"""Facts that staff write down and the API has no field for."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from arportal.receivables.models.changes import Change


class PaymentRecord(models.Model):
    """The way a payment arrived, kept beside the Change that recorded it."""

    class Method(models.TextChoices):
        CHEQUE = "cheque", _("Cheque")
        TRANSFER = "transfer", _("Bank transfer")
        CASH = "cash", _("Cash")
        DIRECT_DEBIT = "direct debit", _("Direct debit")
        CARD = "card", _("Card terminal")
        OTHER = "other", _("Other")

    change = models.OneToOneField(Change, on_delete=models.PROTECT, related_name="payment_record")
    reference = models.TextField(blank=True)
    method = models.CharField(max_length=20, choices=Method, default=Method.OTHER)
    received_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.reference or _('no reference')}, {self.received_on}"
