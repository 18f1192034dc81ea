"""Facts of e-invoices that only we hold: who a store is as a seller, its tax rules, what is known of companies.

Rows are added and never changed, the newest counts: who altered a bank account or a tax, and what stood there
before, stays.
"""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from arportal.stores.models import Membership, Store


class Kept(models.Model):
    """One saving by one person."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    saved_at = models.DateTimeField(auto_now_add=True)
    saved_by = models.ForeignKey(Membership, on_delete=models.RESTRICT, null=True, related_name="+")

    class Meta:
        abstract = True


class EInvoiceSeller(Kept):
    """A store as a seller; and the extra fields of companies that tell of buyers, "" for none."""

    legal_name = models.CharField(_("legal name"), max_length=200)
    trading_name = models.CharField(_("trading name"), max_length=200, blank=True)
    street = models.CharField(_("street"), max_length=200, blank=True)
    street2 = models.CharField(_("street, second line"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=200, blank=True)
    zip_code = models.CharField(_("postcode"), max_length=30, blank=True)
    region = models.CharField(_("region"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2)
    vat_id = models.CharField(_("VAT ID"), max_length=30, blank=True)
    tax_number = models.CharField(_("tax number"), max_length=50, blank=True)
    registration_id = models.CharField(_("registration number"), max_length=50, blank=True)
    registration_scheme = models.CharField(_("register"), max_length=4, blank=True)
    endpoint_id = models.CharField(_("electronic address"), max_length=254, blank=True)
    endpoint_scheme = models.CharField(_("scheme of the electronic address"), max_length=4, blank=True)
    contact_name = models.CharField(_("contact"), max_length=200, blank=True)
    contact_phone = models.CharField(_("phone"), max_length=50, blank=True)
    contact_email = models.CharField(_("e-mail address"), max_length=254, blank=True)
    iban = models.CharField("IBAN", max_length=34, blank=True)
    bic = models.CharField("BIC", max_length=11, blank=True)
    account_name = models.CharField(_("account holder"), max_length=200, blank=True)
    vat_field = models.TextField(_("extra field with the VAT ID"), blank=True)
    endpoint_field = models.TextField(_("extra field with the electronic address"), blank=True)
    endpoint_field_scheme = models.CharField(_("scheme of the extra field"), max_length=4, blank=True)
    reference_field = models.TextField(_("extra field with the buyer reference"), blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["store", "-id"], name="einvoice_seller_newest")]

    def __str__(self) -> str:
        return self.legal_name


class EInvoiceTaxes(Kept):
    """A store's rules about tax.

    A tax is `{"category", "rate", "reason_code", "reason"}`, all texts; None where it is that of the buyer's country.
    """

    # [{"description", "role", "tax"}], in the order of the page.
    cost_lines: Any = models.JSONField(_("cost lines"), default=list)
    # Code of a country → tax.
    countries: Any = models.JSONField(_("countries"), default=dict)
    line_field = models.TextField(_("field of lines"), blank=True)
    # Value of that field → tax.
    line_taxes: Any = models.JSONField(_("taxes of lines"), default=dict)
    without_tax: Any = models.JSONField(_("invoices without tax"), null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["store", "-id"], name="einvoice_taxes_newest")]

    def __str__(self) -> str:
        return f"Tax rules of {self.store}"


class EInvoiceBuyer(Kept):
    """A company as a buyer. What is empty here is taken from its extra fields, or from the mirror."""

    company_id = models.BigIntegerField()
    legal_name = models.CharField(_("legal name"), max_length=200, blank=True)
    vat_id = models.CharField(_("VAT ID"), max_length=30, blank=True)
    registration_id = models.CharField(_("registration number"), max_length=50, blank=True)
    endpoint_id = models.CharField(_("electronic address"), max_length=254, blank=True)
    endpoint_scheme = models.CharField(_("scheme of the electronic address"), max_length=4, blank=True)
    buyer_reference = models.CharField(_("buyer reference"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    # None where invoices say it.
    tax: Any = models.JSONField(_("tax"), null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["store", "company_id", "-id"], name="einvoice_buyer_newest")
        ]

    def __str__(self) -> str:
        return f"Company {self.company_id}"
