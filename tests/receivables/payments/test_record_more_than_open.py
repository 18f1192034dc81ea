"""Paying more than is open: only where the store allows it, and only by somebody who was told."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from arportal.mirror.models import Invoice, InvoiceState
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.models import Change
from arportal.receivables.payments.record_payment import Accepted, OfflinePayment, RecordPayment
from tests.verbs import record_payment

TOO_MUCH = Decimal("12.50")
TOLD = Accepted(overpayment=True)


@pytest.fixture
def cheque(open_invoices) -> OfflinePayment:
    """12.50 more than is open on the first invoice."""
    invoice = open_invoices[0]
    return OfflinePayment(
        company_id=invoice.company_id,
        currency=invoice.currency,
        allocations=(Allocation(invoice.api_id, invoice.open_balance + TOO_MUCH),),
        **{"payer_name": "Payer", "reference": "", "memo": "", "received_on": dt.date(2026, 1, 31)},
    )


@pytest.fixture
def generous(clerk):
    """The clerk of a store that allows it."""
    clerk.store.allow_overpayment = True
    clerk.store.save()
    return clerk


def test_it_works(generous, cheque, open_invoices, sandbox, today):
    verb = RecordPayment(actor=generous, change_id=uuid.uuid4(), payment=cheque, accepted=TOLD)
    verb.refresh()
    lines = verb.lines
    assert perform(verb).state == Change.State.APPLIED
    invoice = Invoice.objects.get(pk=open_invoices[0].pk)
    assert invoice.open_balance == -TOO_MUCH
    assert invoice.state_on(today) == InvoiceState.OVERPAID
    theirs = sandbox.get(f"/ip/invoices/{invoice.api_id}")
    assert (lines[0].after.amount, lines[0].credit.amount) == (-TOO_MUCH, TOO_MUCH)
    assert (Decimal(theirs["openBalance"]["value"]), theirs["status"]) == (-TOO_MUCH, lines[0].then.status)


def test_not_without_being_told(generous, cheque, sandbox):
    with pytest.raises(Invalid) as invalid:
        record_payment(generous, uuid.uuid4(), cheque)
    assert set(invalid.value.fields) == {"overpayment"}
    assert sandbox.writes() == []


def test_not_in_a_store_that_does_not_allow_it(clerk, cheque, sandbox):
    with pytest.raises(Invalid, match="is open on this invoice"):
        record_payment(clerk, uuid.uuid4(), cheque, TOLD)
    assert sandbox.writes() == []


def test_the_store_itself_refuses(generous, cheque, sandbox):
    sandbox.control("PUT", "quirks", {"reject_overpayment": "on"})
    change = record_payment(generous, uuid.uuid4(), cheque, TOLD)
    assert change.state == Change.State.REFUSED
    assert "above the open balance" in change.error
