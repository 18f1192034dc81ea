"""The B2B Edition REST API as Python: typed values in and out, no Django."""

from arportal.b2b.client import Client
from arportal.b2b.companies import Company
from arportal.b2b.currencies import minor_digits
from arportal.b2b.enums import (
    AppliedStatus,
    CompanyStatus,
    InvoiceSource,
    InvoiceStatus,
    PaymentOperation,
    ProcessingStatus,
)
from arportal.b2b.errors import (
    Ambiguous,
    B2BError,
    Forbidden,
    InvalidRequest,
    InvalidResponse,
    NotFound,
    RateLimited,
    Refused,
    Unauthorized,
    Unavailable,
)
from arportal.b2b.invoices import Invoice, PdfLink
from arportal.b2b.methods import CompanyMethod, EnabledMethod, Method
from arportal.b2b.money import CurrencyMismatch, Money
from arportal.b2b.offline import OfflineLine
from arportal.b2b.pacing import Exchange, Hook, Pacer
from arportal.b2b.paging import Listing, Page
from arportal.b2b.payments import Payment, PaymentLine

__all__ = [
    "Ambiguous",
    "AppliedStatus",
    "B2BError",
    "Client",
    "Company",
    "CompanyMethod",
    "CompanyStatus",
    "CurrencyMismatch",
    "EnabledMethod",
    "Exchange",
    "Forbidden",
    "Hook",
    "InvalidRequest",
    "InvalidResponse",
    "Invoice",
    "InvoiceSource",
    "InvoiceStatus",
    "Listing",
    "Method",
    "Money",
    "NotFound",
    "OfflineLine",
    "Pacer",
    "Page",
    "Payment",
    "PaymentLine",
    "PaymentOperation",
    "PdfLink",
    "ProcessingStatus",
    "RateLimited",
    "Refused",
    "Unauthorized",
    "Unavailable",
    "minor_digits",
]
