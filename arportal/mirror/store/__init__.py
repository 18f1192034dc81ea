"""Writes the API's values to the mirror's rows. The only writer: everything else reads.

Every save returns how many rows were new or different.
"""

from arportal.mirror.store.companies import save_companies
from arportal.mirror.store.credit import save_credit, save_credit_terms, save_terms
from arportal.mirror.store.gone import mark_gone
from arportal.mirror.store.invoices import save_invoices
from arportal.mirror.store.methods import save_company_methods, save_enabled_methods, save_methods
from arportal.mirror.store.orders import save_order_products, save_orders
from arportal.mirror.store.payments import save_payments
from arportal.mirror.store.people import save_buyers
from arportal.mirror.store.receipts import save_receipt_lines, save_receipts
from arportal.mirror.store.setup import save_channels, save_extra_fields

__all__ = [
    "mark_gone",
    "save_buyers",
    "save_channels",
    "save_companies",
    "save_company_methods",
    "save_credit",
    "save_credit_terms",
    "save_enabled_methods",
    "save_extra_fields",
    "save_invoices",
    "save_methods",
    "save_order_products",
    "save_orders",
    "save_payments",
    "save_receipt_lines",
    "save_receipts",
    "save_terms",
]
