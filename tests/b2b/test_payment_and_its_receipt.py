"""The linked scenario: one offline payment, its receipt, its receipt line, told alike by every call."""

from decimal import Decimal

import pytest

from arportal.b2b import Client, Money, OfflineLine, ProcessingStatus
from tests.b2b.scenario import new_invoice

NINETY_ONE_PENCE = Money(Decimal("0.91"), "GBP")


@pytest.mark.parametrize("api_quirks", ["default"], indirect=True)
def test_it_works(api_store: Client) -> None:
    invoice = new_invoice(api_store, {}, amount="3.50", currency="GBP")
    payment_id = api_store.payments.create_offline(
        company_id=invoice.company_id,
        currency="GBP",
        lines=[OfflineLine(invoice.invoice_id, NINETY_ONE_PENCE.amount)],
        memo="slip 7",
        payer_name="Giro",
    )
    payment = api_store.payments.get(payment_id)
    (line,) = api_store.receipts.lines_for_invoice(invoice.invoice_id)
    receipt = api_store.receipts.get(line.receipt_id)
    assert payment.created_at == receipt.created_at == line.created_at
    assert payment.total == receipt.total == line.amount == NINETY_ONE_PENCE
    assert (receipt.payer_name, receipt.reference_number, receipt.memo) == ("Giro", "slip 7", "slip 7")
    assert (receipt.transaction_type, receipt.payment_type) == ("Paid", "Offline")
    assert (receipt.payment_id, line.payment_id, line.invoice_number) == (
        payment_id,
        payment_id,
        invoice.number,
    )
    assert payment.processing_status is line.payment_status is ProcessingStatus.COMPLETED
    assert api_store.invoices.get(invoice.invoice_id).open_balance == Money(Decimal("2.59"), "GBP")
