"""Deleting a receipt."""

import uuid

import pytest
from django.utils import timezone

from arportal.mirror.models import Invoice, Receipt, ReceiptLine
from arportal.receivables.changes import changes, state_machine
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.models import Change
from arportal.receivables.receipts.receipt_deletion import DeleteReceipt
from arportal.stores.access import NotAllowed

State = Change.State
WHY = "sent to the wrong buyer"


@pytest.fixture
def receipt(split_payment, controller) -> Receipt:
    return Receipt.objects.visible_to(controller).get(payment_id=split_payment.api_id)


@pytest.fixture
def ask(controller, receipt):
    def ask(actor=controller, change_id=None, reason=WHY) -> Change:
        return perform(
            DeleteReceipt(
                actor=actor,
                change_id=change_id or uuid.uuid4(),
                receipt_id=receipt.api_id,
                reason=reason,
            )
        )

    return ask


def at_store(sandbox, receipt) -> bool:
    return receipt.api_id in [each["id"] for each in sandbox.get("/ip/receipts", limit=250)]


def test_it_works(ask, receipt, controller, sandbox):
    change = ask()
    assert (change.state, change.amount) == (State.APPLIED, None)
    assert not at_store(sandbox, receipt)
    assert not Receipt.objects.visible_to(controller).filter(api_id=receipt.api_id).exists()
    assert not ReceiptLine.objects.visible_to(controller).filter(receipt_id=receipt.api_id).exists()


def test_no_balance_moves_and_the_payment_stays(ask, split_payment, open_invoices, sandbox):
    before = [sandbox.get(f"/ip/invoices/{each.api_id}") for each in open_invoices[:2]]
    ask()
    assert [sandbox.get(f"/ip/invoices/{each.api_id}") for each in open_invoices[:2]] == before
    assert sandbox.get(f"/ip/payments/{split_payment.api_id}")["appliedStatus"] == 1
    assert Invoice.objects.get(pk=open_invoices[0].pk).open_balance == open_invoices[0].open_balance - 2


def test_what_it_said_is_kept(ask, split_payment):
    before = ask().before
    assert (before["payment_id"], before["total"]) == (split_payment.api_id, "3")
    assert [each["amount"] for each in before["lines"]] == ["2", "1"]


def test_the_same_form_twice_is_one_request(ask, sandbox):
    form = uuid.uuid4()
    assert ask(change_id=form) == ask(change_id=form)
    assert len(sandbox.writes()) == 1


def test_deleted_by_somebody_else(ask, receipt, sandbox):
    sandbox.delete(f"/ip/receipts/{receipt.api_id}")
    with pytest.raises(Invalid, match="no longer has"):
        ask()


def test_without_a_reason(ask, receipt, sandbox):
    with pytest.raises(Invalid, match="Give a reason"):
        ask(reason=" ")
    assert at_store(sandbox, receipt)


@pytest.mark.parametrize("role", ["viewer", "clerk"])
def test_who_may_not(role, ask, request):
    with pytest.raises(NotAllowed):
        ask(actor=request.getfixturevalue(role))


def test_a_receipt_out_of_sight(ask, controller):
    controller.all_companies = False
    with pytest.raises(Receipt.DoesNotExist):
        ask()


def test_gone_is_done(ask, sandbox):
    sandbox.fault("drop_after", method="DELETE")
    change = ask()
    assert change.state == State.UNKNOWN
    assert changes.resume(change, timezone.now()).state == State.APPLIED
    assert len(sandbox.writes()) == 1


def test_what_did_not_happen_is_done_after_the_quarantine(ask, receipt, sandbox):
    sandbox.fault("drop_before", method="DELETE")
    change = ask()
    with pytest.raises(Invalid, match="being confirmed"):
        ask()
    changes.resume(change, timezone.now() + 2 * state_machine.QUARANTINE)
    assert (change.state, change.attempts) == (State.APPLIED, 2)
    assert not at_store(sandbox, receipt)
