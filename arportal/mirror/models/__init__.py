"""The rows of the mirror: one table per API resource, keyed by store and API id, and the record of each sync."""

from arportal.mirror.models.companies import Company
from arportal.mirror.models.invoices import Invoice, InvoiceState
from arportal.mirror.models.methods import CompanyMethod, Method
from arportal.mirror.models.passes import SyncPass, Watermark
from arportal.mirror.models.payments import Payment, PaymentLine

__all__ = [
    "Company",
    "CompanyMethod",
    "Invoice",
    "InvoiceState",
    "Method",
    "Payment",
    "PaymentLine",
    "SyncPass",
    "Watermark",
]
