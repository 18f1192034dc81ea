"""The rows of the mirror: one table per API resource, keyed by store and API id, and the record of each sync."""

from arportal.mirror.models.balances import Balances
from arportal.mirror.models.budgets import RequestBudget
from arportal.mirror.models.companies import Company
from arportal.mirror.models.credit import CreditTerms
from arportal.mirror.models.deliveries import Delivery
from arportal.mirror.models.invoices import Invoice, InvoiceState
from arportal.mirror.models.methods import CompanyMethod, Method
from arportal.mirror.models.orders import Order, OrderProducts
from arportal.mirror.models.passes import Scan, SyncPass, Watermark
from arportal.mirror.models.payments import Payment, PaymentLine
from arportal.mirror.models.people import Buyer
from arportal.mirror.models.receipts import Receipt, ReceiptLine
from arportal.mirror.models.setup import Channel, ExtraField

__all__ = [
    "Balances",
    "Buyer",
    "Channel",
    "Company",
    "CompanyMethod",
    "CreditTerms",
    "Delivery",
    "ExtraField",
    "Invoice",
    "InvoiceState",
    "Method",
    "Order",
    "OrderProducts",
    "Payment",
    "PaymentLine",
    "Receipt",
    "ReceiptLine",
    "RequestBudget",
    "Scan",
    "SyncPass",
    "Watermark",
]
