from django.db import models

from arportal.sandbox.models.base import Row
from arportal.sandbox.models.payments import Payment

PAID, REFUND = "Paid", "Refund"


class Receipt(Row):
    payment = models.ForeignKey(Payment, models.CASCADE, related_name="receipts")
    transaction_type = models.CharField(max_length=20, default=PAID)
    payment_type = models.CharField(max_length=100, default="Offline")
    reference = models.CharField(max_length=300, default="")
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField()


class ReceiptLine(Row):
    receipt = models.ForeignKey(Receipt, models.CASCADE, related_name="lines")
    invoice_id = models.IntegerField(db_index=True)
    invoice_number = models.CharField(max_length=200)
    amount = models.BigIntegerField()
