"""Payments to work on, and another store whose rows are nobody's business here."""

from collections.abc import Callable

import pytest

from arportal.mirror import store as rows
from arportal.mirror.api.connections import client_for
from arportal.mirror.api.refresh import refresh_invoices
from arportal.mirror.models import Payment
from arportal.stores.models import Store


@pytest.fixture
def receive(store, sandbox, open_invoices) -> Callable[[int], list[Payment]]:
    """Records this many payments at the store, of 1 each and awaiting processing, and reads them."""

    def receive(count: int) -> list[Payment]:
        invoice = open_invoices[0]
        asked = {
            **{"customerId": str(invoice.company_id), "currency": invoice.currency, "processingStatus": 1},
            **{"details": {"memo": ""}, "lineItems": [{"invoiceId": invoice.api_id, "amount": "1"}]},
        }
        made = [sandbox.post("/ip/payments/offline", asked)["paymentId"] for _each in range(count)]
        refresh_invoices(store, [invoice.api_id])
        rows.save_payments(store, list(client_for(store).payments.for_company(invoice.company_id)))
        sandbox.control("DELETE", "requests")
        return list(Payment.objects.filter(store=store, api_id__in=made).order_by("api_id"))

    return receive


@pytest.fixture
def other_store(db: None) -> Store:
    return Store.objects.create(slug="other", name="Other", store_hash="other", api_url="http://x")
