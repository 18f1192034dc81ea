from django.db import models

from arportal.sandbox.models.base import Row
from arportal.sandbox.models.companies import Company

OFFLINE = "payments_offline"
ONLINE = "payments_bigcommerce_sales_order"


class Payment(Row):
    """Money received; applied says whether its lines are subtracted from the invoices right now."""

    company = models.ForeignKey(Company, models.DO_NOTHING, db_constraint=False)
    payer_customer_id = models.CharField(max_length=100, default="")
    payer_name = models.CharField(max_length=300, default="")
    external_id = models.CharField(max_length=200, null=True, db_index=True)  # noqa: DJ001 - the API answers null
    external_customer_id = models.CharField(max_length=200, null=True)  # noqa: DJ001 - the API answers null
    details = models.JSONField(default=dict)
    module = models.CharField(max_length=60, default=OFFLINE)
    module_data = models.JSONField(default=dict)
    processing_status = models.IntegerField(default=3)
    applied = models.IntegerField(default=0)
    funding_status = models.IntegerField(default=2)
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField()
    channel_id = models.IntegerField(null=True, default=1)

    @property
    def memo(self) -> str:
        return str(self.details.get("memo") or "")

    @property
    def is_offline(self) -> bool:
        return self.module == OFFLINE


class PaymentLine(Row):
    """The invoice's id and number stay when the invoice is deleted (rule 18)."""

    payment = models.ForeignKey(Payment, models.CASCADE, related_name="lines")
    invoice_id = models.IntegerField(db_index=True)
    invoice_number = models.CharField(max_length=200)
    amount = models.BigIntegerField()
