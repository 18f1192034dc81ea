"""Every move between two statuses: what is foretold is what the store then holds, allowed or not."""

import uuid
from decimal import Decimal
from itertools import product

import pytest

from arportal.b2b import ProcessingStatus
from arportal.mirror.api.refresh import refresh_invoices, refresh_payment
from arportal.mirror.models import Invoice, Payment
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change
from arportal.receivables.payments.previews import preview_status
from arportal.receivables.payments.set_status import refusal
from tests.verbs import set_status

STATUSES = list(ProcessingStatus)
PAIRS = list(product(STATUSES, STATUSES))
# The API records no incomplete offline payment: only a buyer's checkout leaves one.
OFFLINE = [pair for pair in PAIRS if pair[0]]


@pytest.fixture
def received(store, sandbox, open_invoices):
    """A payment of two invoices, one of them in full, as the store and our mirror have it."""

    def received(kind: str, status: int) -> Payment:
        first, second = open_invoices[:2]
        lines = [
            {"invoiceId": first.api_id, "amount": str(first.open_balance)},
            {"invoiceId": second.api_id, "amount": "1"},
        ]
        asked = {"lineItems": lines, "processingStatus": int(status)}
        if kind == "online":
            payment_id = sandbox.control("POST", "pay-online", asked)["id"]
        else:
            asked |= {"customerId": str(first.company_id), "currency": first.currency}
            asked |= {"details": {"memo": "transition"}}
            payment_id = sandbox.post("/ip/payments/offline", asked)["paymentId"]
        refresh_invoices(store, [first.api_id, second.api_id])
        return refresh_payment(store, payment_id)

    return received


def at_store(sandbox, invoice_id: int) -> tuple[Decimal, int]:
    held = sandbox.get(f"/ip/invoices/{invoice_id}")
    return Decimal(str(held["openBalance"]["value"])), held["status"]


def foretold_for(actor, payment, status, invoices) -> dict[int, tuple[Decimal, int]]:
    """Invoices that no effect names are to stay as they are."""
    then = {invoice.api_id: (invoice.open_balance, invoice.status) for invoice in invoices}
    for effect in preview_status(actor, payment, status):
        then[effect.invoice.api_id] = (effect.then.open_balance, effect.then.status)
    return then


def check(actor, payment, status, sandbox, open_invoices) -> None:
    invoices = Invoice.objects.filter(store=actor.store, api_id__in=[row.api_id for row in open_invoices[:2]])
    allowed = not refusal(payment, status)
    before = {row.api_id: (row.open_balance, row.status) for row in invoices}
    foretold = foretold_for(actor, payment, status, invoices) if allowed else before
    sandbox.control("DELETE", "requests")
    if allowed:
        change = set_status(actor, uuid.uuid4(), payment.api_id, status)
        assert change.state == Change.State.APPLIED
    else:
        with pytest.raises(Invalid):
            set_status(actor, uuid.uuid4(), payment.api_id, status)
        assert sandbox.writes() == []
    held = sandbox.get(f"/ip/payments/{payment.api_id}")
    assert held["processingStatus"] == (status if allowed else payment.processing_status)
    assert {api_id: at_store(sandbox, api_id) for api_id in foretold} == foretold
    mirrored = Payment.objects.get(store=actor.store, api_id=payment.api_id)
    assert held["allowedStatuses"] == mirrored.allowed_statuses


@pytest.mark.parametrize("policy", ["created", "completed"])
@pytest.mark.parametrize(("was", "to"), OFFLINE)
def test_offline(policy, was, to, controller, received, sandbox, open_invoices):
    sandbox.control("PUT", "quirks", {"apply_on": policy})
    check(controller, received("offline", was), to, sandbox, open_invoices)


@pytest.mark.parametrize("policy", ["created", "completed"])
@pytest.mark.parametrize(("was", "to"), PAIRS)
def test_online(policy, was, to, controller, received, sandbox, open_invoices):
    sandbox.control("PUT", "quirks", {"apply_on": policy})
    check(controller, received("online", was), to, sandbox, open_invoices)


@pytest.mark.parametrize(("was", "to"), PAIRS)
def test_online_where_the_store_locks_them(was, to, controller, received, sandbox, open_invoices):
    sandbox.control("PUT", "quirks", {"online_status_locked": "on"})
    check(controller, received("online", was), to, sandbox, open_invoices)
