"""Every verb by its module's name: importing them registers how each talks to the API."""

from arportal.receivables.companies import (
    add_buyer,
    edit_buyer,
    edit_company,
    remove_buyer,
    set_company_status,
    set_credit,
    set_credit_hold,
    set_parent,
    set_terms,
    switch_methods,
)
from arportal.receivables.invoices import (
    apply_credit,
    create_invoice,
    delete_invoice,
    edit_invoice,
    invoice_order,
    set_due_date,
    write_off,
)
from arportal.receivables.orders import convert_orders, edit_order, record_order
from arportal.receivables.payments import (
    delete_payment,
    edit_payment,
    operate_payment,
    record_payment,
    set_status,
)
from arportal.receivables.receipts import delete_receipt

__all__ = [
    "add_buyer",
    "apply_credit",
    "convert_orders",
    "create_invoice",
    "delete_invoice",
    "delete_payment",
    "delete_receipt",
    "edit_buyer",
    "edit_company",
    "edit_invoice",
    "edit_order",
    "edit_payment",
    "invoice_order",
    "operate_payment",
    "record_order",
    "record_payment",
    "remove_buyer",
    "set_company_status",
    "set_credit",
    "set_credit_hold",
    "set_due_date",
    "set_parent",
    "set_status",
    "set_terms",
    "switch_methods",
    "write_off",
]
