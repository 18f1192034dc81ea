"""Every verb by its module's name: importing them registers how each talks to the API."""

from arportal.receivables.companies import methods
from arportal.receivables.invoices import invoice_deletion, invoice_editing, invoicing
from arportal.receivables.orders import order_companies, orders
from arportal.receivables.payments import (
    moving,
    payment_deletion,
    payment_editing,
    payment_operations,
    recording,
)
from arportal.receivables.receipts import receipt_deletion

__all__ = [
    "invoice_deletion",
    "invoice_editing",
    "invoicing",
    "methods",
    "moving",
    "order_companies",
    "orders",
    "payment_deletion",
    "payment_editing",
    "payment_operations",
    "receipt_deletion",
    "recording",
]
