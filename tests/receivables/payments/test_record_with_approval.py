"""Recording above the store's limit: it waits for a second person, and is looked at again before it is sent."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from arportal.receivables.allocation.allocations import Allocation, open_amounts
from arportal.receivables.changes.approvals import approve, withdraw
from arportal.receivables.models import Change
from arportal.receivables.payments.record_payment import OfflinePayment
from tests.verbs import record_payment


@pytest.fixture
def cheque(open_invoices) -> OfflinePayment:
    """All that is open on the first invoice."""
    invoice = open_invoices[0]
    return OfflinePayment(
        company_id=invoice.company_id,
        currency=invoice.currency,
        allocations=(Allocation(invoice.api_id, invoice.open_balance),),
        **{"payer_name": "Payer", "reference": "", "memo": "", "received_on": dt.date(2026, 1, 31)},
    )


@pytest.fixture
def waiting(clerk, cheque) -> Change:
    clerk.store.approval_limits = {cheque.currency: "1"}
    clerk.store.save()
    return record_payment(clerk, uuid.uuid4(), cheque)


def test_it_works(waiting, cheque, clerk, controller, open_invoices, sandbox):
    assert (waiting.state, waiting.amount) == (Change.State.WAITING, cheque.total)
    assert sandbox.writes() == []
    # What waits counts as paid.
    assert open_amounts(clerk, open_invoices)[open_invoices[0].api_id] == 0
    assert approve(controller, waiting.pk).state == Change.State.APPLIED
    assert len(sandbox.writes()) == 1


def test_something_else_was_paid_meanwhile(waiting, cheque, controller, sandbox):
    """At the store itself, which the mirror has not noticed yet."""
    invoice_id = cheque.allocations[0].invoice_id
    sandbox.post(
        "/ip/payments/offline",
        {
            **{"customerId": str(cheque.company_id), "currency": cheque.currency},
            **{"lineItems": [{"invoiceId": invoice_id, "amount": "1"}], "details": {"memo": ""}},
        },
    )
    change = approve(controller, waiting.pk)
    assert change.state == Change.State.REFUSED
    assert "Less is open now" in change.error
    assert len(sandbox.writes()) == 1


def test_the_invoice_is_gone_meanwhile(waiting, cheque, controller, sandbox):
    sandbox.delete(f"/ip/invoices/{cheque.allocations[0].invoice_id}")
    assert approve(controller, waiting.pk).state == Change.State.REFUSED


def test_up_to_the_limit_nobody_else_is_asked_and_just_above_it_somebody_is(clerk, cheque):
    clerk.store.approval_limits = {cheque.currency: str(cheque.total - Decimal("0.01"))}
    change = record_payment(clerk, uuid.uuid4(), cheque)
    assert change.state == Change.State.WAITING
    withdraw(clerk, change.pk)
    clerk.store.approval_limits = {cheque.currency: str(cheque.total)}
    assert record_payment(clerk, uuid.uuid4(), cheque).state == Change.State.APPLIED
