from django.db import models

from arportal.sandbox.models.base import Row
from arportal.sandbox.models.companies import Company


class Invoice(Row):
    """Amounts are ten-thousandths; details is kept exactly as it was written."""

    company = models.ForeignKey(Company, models.DO_NOTHING, db_constraint=False)
    number = models.CharField(max_length=200, unique=True)
    type = models.CharField(max_length=200, default="Invoice")
    status = models.IntegerField(default=0)  # 0 open, 1 partially paid, 2 paid
    due_date = models.BigIntegerField(null=True)
    order_number = models.CharField(max_length=100, default="", db_index=True)
    po_number = models.CharField(max_length=200, default="")
    external_id = models.CharField(max_length=200, default="", db_index=True)
    external_customer_id = models.CharField(max_length=200, default="")
    currency = models.CharField(max_length=3)
    original = models.BigIntegerField()
    open = models.BigIntegerField()
    pending = models.IntegerField(default=0)  # pendingPaymentCount
    source = models.IntegerField(default=0)  # 0 B2B Edition, 1 external
    channel_id = models.IntegerField(null=True, default=1)
    pdf_url = models.CharField(max_length=2000, default="")
    terms = models.TextField(default="")
    details = models.JSONField(default=dict)
    extra_fields = models.JSONField(default=list)
