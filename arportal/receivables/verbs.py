"""Every verb by its module's name: importing them registers how each talks to the API."""

from arportal.receivables.companies import (
    add_buyer,
    edit_buyer,
    edit_company,
    methods,
    remove_buyer,
    set_company_status,
    set_credit,
    set_credit_hold,
    set_parent,
    set_terms,
)
from arportal.receivables.invoices import (
    apply_credit,
    invoice_deletion,
    invoice_editing,
    invoicing,
    set_due_date,
    write_off,
)
from arportal.receivables.orders import order_companies, orders
from arportal.receivables.payments import (
    delete_payment,
    edit_payment,
    operate_payment,
    record_payment,
    set_status,
)
from arportal.receivables.receipts import receipt_deletion

__all__ = [
    "add_buyer",
    "apply_credit",
    "delete_payment",
    "edit_buyer",
    "edit_company",
    "edit_payment",
    "invoice_deletion",
    "invoice_editing",
    "invoicing",
    "methods",
    "operate_payment",
    "order_companies",
    "orders",
    "receipt_deletion",
    "record_payment",
    "remove_buyer",
    "set_company_status",
    "set_credit",
    "set_credit_hold",
    "set_due_date",
    "set_parent",
    "set_status",
    "set_terms",
    "write_off",
]
