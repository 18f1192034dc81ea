from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from arportal.stores.models import Membership, Store

HEX = RegexValidator(
    r"\A#[0-9a-f]{6}\Z", _("Write a colour as # and six digits 0-9 or a-f, such as #0f6b66.")
)


class Logo(models.Model):
    """A picture for the head of a store's documents: a PNG we wrote ourselves, never the bytes that came."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["store", "sha256"], name="one_row_per_logo")]

    def __str__(self) -> str:
        return f"Logo of {self.width} by {self.height} pixels"


class Branding(models.Model):
    """The look of a store's documents, and whom they tell to pay. The newest row counts.

    Rows are added and never changed: whoever alters bank details alters where money goes, so what was there
    before, and who replaced it, stays.
    """

    class Paper(models.TextChoices):
        A4 = "A4", _("A4 (210 x 297 mm)")
        LETTER = "letter", _("US Letter (8.5 x 11 in)")

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    # Documents bear the store's own name where this is empty.
    name = models.CharField(_("name on documents"), max_length=200, blank=True)
    address = models.TextField(_("address"), max_length=600, blank=True)
    contact = models.TextField(_("contact"), max_length=300, blank=True)
    tax_id = models.CharField(_("tax ID"), max_length=100, blank=True)
    bank_details = models.TextField(_("bank details"), max_length=1000, blank=True)
    payment_instructions = models.TextField(_("payment instructions"), max_length=2000, blank=True)
    footer = models.CharField(_("small print"), max_length=300, blank=True)
    # Of titles and rules on white paper, and behind the headings of tables.
    accent = models.CharField(_("accent colour"), max_length=7, default="#0f6b66", validators=[HEX])
    fill = models.CharField(_("table heading colour"), max_length=7, default="#e8f1f0", validators=[HEX])
    paper = models.CharField(_("paper"), max_length=10, choices=Paper, default=Paper.A4)
    logo = models.ForeignKey(Logo, on_delete=models.RESTRICT, null=True, related_name="+")
    saved_at = models.DateTimeField(auto_now_add=True)
    saved_by = models.ForeignKey(Membership, on_delete=models.RESTRICT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["store", "-id"], name="branding_newest")]

    def __str__(self) -> str:
        return f"Branding of {self.store}"
