"""The sandbox's state, one file per noun."""

from arportal.sandbox.models.channels import Channel
from arportal.sandbox.models.companies import Company
from arportal.sandbox.models.extras import ExtraField
from arportal.sandbox.models.invoices import Invoice
from arportal.sandbox.models.methods import CompanyMethod, Method
from arportal.sandbox.models.orders import Order, Product
from arportal.sandbox.models.payments import Payment, PaymentLine
from arportal.sandbox.models.receipts import Receipt, ReceiptLine
from arportal.sandbox.models.users import User
from arportal.sandbox.models.webhooks import Webhook

__all__ = [
    "Channel",
    "Company",
    "CompanyMethod",
    "ExtraField",
    "Invoice",
    "Method",
    "Order",
    "Payment",
    "PaymentLine",
    "Product",
    "Receipt",
    "ReceiptLine",
    "User",
    "Webhook",
]
