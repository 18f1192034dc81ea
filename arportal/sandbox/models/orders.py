from django.db import models

from arportal.sandbox.models.base import Row
from arportal.sandbox.models.companies import Company


class Product(Row):
    sku = models.CharField(max_length=60)
    name = models.CharField(max_length=300)
    brand = models.CharField(max_length=100)
    size = models.CharField(max_length=60)
    price = models.BigIntegerField()  # ten-thousandths of a US dollar


class Order(Row):
    """id is B2B Edition's number, bc_order_id BigCommerce's; totals are ten-thousandths of the order's currency.

    lines holds [product id, quantity, unit price] each; company is empty for guests and consumers.
    """

    bc_order_id = models.IntegerField(unique=True)
    company = models.ForeignKey(Company, models.DO_NOTHING, null=True)
    bc_customer_id = models.IntegerField(default=0, db_index=True)
    currency = models.CharField(max_length=3)
    lines = models.JSONField(default=list)
    subtotal = models.BigIntegerField(default=0)
    freight = models.BigIntegerField(default=0)
    tax = models.BigIntegerField(default=0)
    discount = models.BigIntegerField(default=0)
    handling = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    usd_total = models.BigIntegerField(default=0)
    po_number = models.CharField(max_length=200, default="")
    status = models.IntegerField(default=11)
    cart_id = models.CharField(max_length=40, default="")
    channel_id = models.IntegerField(default=1)
    billing = models.JSONField(default=dict)
    shipping = models.JSONField(default=list)
    offline_method = models.BooleanField(default=False)
    recorded = models.BooleanField(default=True)  # does B2B Edition know it yet?
    invoice_id = models.IntegerField(null=True, db_index=True)  # "already invoiced", or the invoice it pays
    is_invoice_order = models.BooleanField(default=False)
    extra_fields = models.JSONField(default=list)
