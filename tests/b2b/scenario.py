"""A scenario in a store of the sandbox: what is different there, and the moves that many tests begin with."""

from decimal import Decimal
from typing import Any

from arportal.b2b import Client, CompanyStatus, Invoice, Money, OfflineLine

# The sandbox's quirks, each turned away from its default.
TURNED: list[dict[str, str]] = [
    {},
    {"errors_as_200": "on"},
    {"multi_storefront": "on"},
    {"channel_id_as_int": "on"},
    {"order_data_as_array": "on"},
    {"money_shape": "array"},
    {"money_shape": "json"},
    {"bc_order_id_as_str": "on"},
    {"bc_order_id_as_str": "off"},
    {"order_extras": "always"},
    {"extra_info": "array"},
    {"options_as_json": "on"},
    {"order_number_as_int": "off"},
    {"empty_as_null": "off"},
    {"cost_line_amounts": "text"},
    {"details_type": "on"},
    {"undocumented_fields": "off"},
    {"unknown_route": "enveloped"},
    {"group_approves": "off"},
    {"pending_payment": "flag"},
    {"pending_payment": "count"},
    {"invoice_ts_as_str": "on"},
    {"company_strings": "on"},
    {"receipt_external_blank": "off"},
    {"online_status_locked": "on"},
    {"require_payer_customer_id": "on"},
    {"channels_422": "on"},
    {"reject_overpayment": "on"},
    {"block_delete_with_payments": "on"},
    {"apply_on": "completed"},
    {"refund_receipt": "flip"},
    {"index_delay_s": "5"},
    {"status_after_payment": "1"},
    {"auto_invoice_online": "on"},
    {"auto_invoice_offline": "on"},
    {"store_credit": "off"},
    {"available_credit": "null"},
    {"store_terms": "off"},
    {"store_terms_days": "15"},
    {"required_order_fields": "on"},
]


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
