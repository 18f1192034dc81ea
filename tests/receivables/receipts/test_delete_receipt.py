"""Deleting a receipt."""

import uuid

import pytest

from arportal.mirror.api.connections import client_for
from arportal.mirror.models import Invoice, Receipt, ReceiptLine
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import perform
from arportal.receivables.models import Change
from arportal.receivables.receipts.delete_receipt import DeleteReceipt

State = Change.State
WHY = "sent to the wrong buyer"


@pytest.fixture
def receipt(split_payment, controller) -> Receipt:
    return Receipt.objects.visible_to(controller).get(payment_id=split_payment.api_id)


@pytest.fixture
def ask(controller, receipt):
    def ask(reason=WHY) -> Change:
        return perform(
            DeleteReceipt(
                actor=controller,
                change_id=uuid.uuid4(),
                receipt_id=receipt.api_id,
                reason=reason,
            )
        )

    return ask


def at_store(sandbox, receipt) -> bool:
    return receipt.api_id in [each["id"] for each in sandbox.get("/ip/receipts", limit=250)]


def test_it_works(ask, receipt, controller, split_payment, open_invoices, sandbox):
    before = [sandbox.get(f"/ip/invoices/{each.api_id}") for each in open_invoices[:2]]
    change = ask()
    assert (change.state, change.amount) == (State.APPLIED, None)
    assert not at_store(sandbox, receipt)
    assert not Receipt.objects.visible_to(controller).filter(api_id=receipt.api_id).exists()
    assert not ReceiptLine.objects.visible_to(controller).filter(receipt_id=receipt.api_id).exists()
    # What it said is kept.
    assert (change.before["payment_id"], change.before["total"]) == (receipt.payment_id, "3")
    assert [each["amount"] for each in change.before["lines"]] == ["2", "1"]
    # No balance moves, and the payment stays.
    assert [sandbox.get(f"/ip/invoices/{each.api_id}") for each in open_invoices[:2]] == before
    assert sandbox.get(f"/ip/payments/{split_payment.api_id}")["appliedStatus"] == 1
    assert Invoice.objects.get(pk=open_invoices[0].pk).open_balance == open_invoices[0].open_balance - 2


def test_without_a_reason_or_deleted_by_somebody_else(ask, receipt, sandbox):
    with pytest.raises(Invalid, match="Give a reason"):
        ask(reason=" ")
    assert at_store(sandbox, receipt)
    sandbox.delete(f"/ip/receipts/{receipt.api_id}")
    with pytest.raises(Invalid, match="no longer has"):
        ask()


def test_changed_while_it_waited_for_room(receipt, sandbox, store):
    change = Change(store=store, target_id=receipt.api_id, is_deferred=True)
    seen = {"total": "3", "currency": receipt.currency}
    for other in ({"total": "4"}, {"currency": "XXX"}):
        change.before = seen | other
        with pytest.raises(Conflict, match="left as it is"):
            DeleteReceipt.handler.send(client_for(store), change)
    assert at_store(sandbox, receipt)
    change.before = seen
    DeleteReceipt.handler.send(client_for(store), change)
    assert not at_store(sandbox, receipt)


def test_what_became_of_it(receipt, sandbox, store):
    change = Change(store=store, target_id=receipt.api_id)
    assert DeleteReceipt.handler.look_up(client_for(store), change).outcome == LookupOutcome.NOT_DONE
    sandbox.delete(f"/ip/receipts/{receipt.api_id}")
    assert DeleteReceipt.handler.look_up(client_for(store), change).outcome == LookupOutcome.DONE
