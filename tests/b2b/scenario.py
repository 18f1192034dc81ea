"""A scenario in a store of the sandbox: what is different there, and the moves that many tests begin with."""

from decimal import Decimal
from typing import Any

from arportal.b2b import Client, CompanyStatus, Invoice, Money, OfflineLine

# Stores that differ from the sandbox's default. Together they have every quirk turned away from it, to each of its
# values; what would hide another quirk's effect is in another store.
STORES: dict[str, dict[str, str]] = {
    "default": {},
    "as documented": {
        "bc_order_id_as_str": "off",
        "company_strings": "on",
        "cost_line_amounts": "text",
        "details_type": "on",
        "empty_as_null": "off",
        "extra_info": "array",
        "group_approves": "off",
        "invoice_ts_as_str": "on",
        "money_shape": "array",
        "order_data_as_array": "on",
        "order_extras": "always",
        "order_number_as_int": "off",
        "pending_payment": "flag",
        "undocumented_fields": "off",
        "unknown_route": "enveloped",
    },
    "other forms": {
        "available_credit": "null",
        "bc_order_id_as_str": "on",
        "channel_id_as_int": "on",
        "errors_as_200": "on",
        "money_shape": "json",
        "multi_storefront": "on",
        "options_as_json": "on",
        "pending_payment": "count",
        "receipt_external_blank": "off",
        "store_terms_days": "15",
    },
    "other rules": {
        "apply_on": "completed",
        "channels_422": "on",
        "online_status_locked": "on",
        "refund_receipt": "flip",
        "reject_overpayment": "on",
        "require_payer_customer_id": "on",
        "required_order_fields": "on",
        "status_after_payment": "1",
        "store_credit": "off",
        "store_terms": "off",
    },
    "by itself": {
        "auto_invoice_offline": "on",
        "auto_invoice_online": "on",
        "block_delete_with_payments": "on",
        "index_delay_s": "5",
    },
}


def channel_of(quirks: dict[str, str]) -> dict[str, Any]:
    return {"channel_id": 1} if "multi_storefront" in quirks else {}


def new_invoice(
    client: Client, quirks: dict[str, str], *, amount: str = "80.00", currency: str = "EUR"
) -> Invoice:
    """An open invoice "T-1" for an approved company."""
    company = client.companies.list(status=CompanyStatus.APPROVED).first()
    assert company
    owed = Money(Decimal(amount), currency)
    invoice_id = client.invoices.create(
        company_id=company.company_id,
        number="T-1",
        original_balance=owed,
        open_balance=owed,
        **channel_of(quirks),
    )
    return client.invoices.get(invoice_id)


def pay(client: Client, invoice: Invoice, amount: str, **more: Any) -> int:
    return client.payments.create_offline(
        company_id=invoice.company_id,
        currency="EUR",
        lines=[OfflineLine(invoice.invoice_id, Decimal(amount))],
        memo="by hand",
        **more,
    )


def open_balance(client: Client, invoice: Invoice) -> Decimal:
    return client.invoices.get(invoice.invoice_id).open_balance.amount
