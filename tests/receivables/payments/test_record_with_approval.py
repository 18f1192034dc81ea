"""Recording above the store's limit: it waits for a second person, and is looked at again before it is sent."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.mirror.models import Invoice
from arportal.receivables.allocation.allocations import Allocation, open_amounts
from arportal.receivables.changes.approvals import approve, withdraw
from arportal.receivables.changes.errors import Conflict
from arportal.receivables.models import Change
from arportal.receivables.payments import record_payment as module
from arportal.receivables.payments.record_payment import OfflinePayment, RecordPayment
from tests.receivables.asking import ask
from tests.receivables.payments.few_payments import FewPayments
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


@pytest.fixture
def still_open(clerk, open_invoices, monkeypatch):
    """True if a payment of a batch may go out. It is asked for `amount` on the first invoice, of which so much was
    open `then` and is `now`."""
    invoice = open_invoices[0]
    monkeypatch.setattr(module, "refresh_invoices", lambda _store, _invoice_ids: None)

    def still_open(amount: str, *, then: str, now: str, **becomes) -> bool:
        Invoice.objects.filter(pk=invoice.pk).update(open_balance=now, **becomes)
        lines = [{"invoice_id": invoice.api_id, "amount": amount}]
        words = {"currency": invoice.currency, "reference": "", "memo": "", "payer_name": "", "status": 1}
        change = ask(
            clerk,
            uuid.uuid4(),
            Change.Verb.RECORD_PAYMENT,
            company_id=invoice.company_id,
            batch=uuid.uuid4(),
            payload={"lines": lines} | words,
            before={"open": {str(invoice.api_id): then}},
        )
        store = FewPayments()
        try:
            RecordPayment.handler.send(store, change)
        except Conflict:
            assert store.done == []
            return False
        finally:
            change.delete()
        return len(store.done) == 1

    return still_open


def test_what_has_waited_is_looked_at_again(still_open):
    """It is on its way itself, and does not stand in its own light."""
    assert still_open("3", then="3", now="3")
    assert still_open("3", then="20", now="3")  # Less, but just enough.
    assert not still_open("3", then="20", now="2.99")
    assert still_open("5", then="3", now="3")  # It was too much when it was asked for, and that was wanted.


@pytest.mark.parametrize("becomes", [{"gone_at": timezone.now()}, {"company_id": 1}])
def test_what_has_waited_for_an_invoice_that_is_gone_or_another_companys(still_open, becomes):
    assert not still_open("3", then="3", now="3", **becomes)
