"""The B2B Edition REST API as Python: typed values in and out, no Django."""

from arportal.b2b.channels import Channel
from arportal.b2b.client import Client
from arportal.b2b.credit import Credit, PaymentTerms
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
from arportal.b2b.extra_fields import ExtraField, ExtraFieldValue
from arportal.b2b.hierarchy import CompanyNode
from arportal.b2b.http.pacing import Exchange, Hook, Pacer
from arportal.b2b.http.paging import Listing, Page
from arportal.b2b.methods import CompanyMethod, EnabledMethod, Method
from arportal.b2b.receipts import Receipt, ReceiptLine
from arportal.b2b.records.company import Company, NewCompany, PriceList
from arportal.b2b.records.invoice import Invoice, InvoiceOfOrder, PdfLink
from arportal.b2b.records.invoice_details import CostLine, InvoiceDetails, InvoiceLine, Shipment
from arportal.b2b.records.offline import OfflineLine
from arportal.b2b.records.order import CurrencyFormat, Order, OrderProduct, ProductOption
from arportal.b2b.records.payment import AllowedNow, Payment, PaymentLine
from arportal.b2b.records.transactions import Card, Transaction
from arportal.b2b.users import NewUser, User
from arportal.b2b.values.currencies import minor_digits
from arportal.b2b.values.enums import (
    AppliedStatus,
    CompanyStatus,
    ExtraFieldConfigType,
    ExtraFieldType,
    InvoiceSource,
    InvoiceStatus,
    OrderStatus,
    PaymentOperation,
    ProcessingStatus,
    UserRole,
)
from arportal.b2b.values.money import CurrencyMismatch, Money, plain
from arportal.b2b.values.postal import Address
from arportal.b2b.values.times import FIRST_DAY, day_of, moment_of

__all__ = [
    "FIRST_DAY",
    "Address",
    "AllowedNow",
    "Ambiguous",
    "AppliedStatus",
    "B2BError",
    "Card",
    "Channel",
    "Client",
    "Company",
    "CompanyMethod",
    "CompanyNode",
    "CompanyStatus",
    "CostLine",
    "Credit",
    "CurrencyFormat",
    "CurrencyMismatch",
    "EnabledMethod",
    "Exchange",
    "ExtraField",
    "ExtraFieldConfigType",
    "ExtraFieldType",
    "ExtraFieldValue",
    "Forbidden",
    "Hook",
    "InvalidRequest",
    "InvalidResponse",
    "Invoice",
    "InvoiceDetails",
    "InvoiceLine",
    "InvoiceOfOrder",
    "InvoiceSource",
    "InvoiceStatus",
    "Listing",
    "Method",
    "Money",
    "NewCompany",
    "NewUser",
    "NotFound",
    "OfflineLine",
    "Order",
    "OrderProduct",
    "OrderStatus",
    "Pacer",
    "Page",
    "Payment",
    "PaymentLine",
    "PaymentOperation",
    "PaymentTerms",
    "PdfLink",
    "PriceList",
    "ProcessingStatus",
    "ProductOption",
    "RateLimited",
    "Receipt",
    "ReceiptLine",
    "Refused",
    "Shipment",
    "Transaction",
    "Unauthorized",
    "Unavailable",
    "User",
    "UserRole",
    "day_of",
    "minor_digits",
    "moment_of",
    "plain",
]
