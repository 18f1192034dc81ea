"""Moving a payment through its statuses."""

import uuid

import pytest
import requests
from django.utils import timezone

from arportal.b2b import ProcessingStatus
from arportal.mirror.models import Invoice, Payment, PaymentLine, Receipt
from arportal.receivables.changes import changes, state_machine
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change
from arportal.receivables.payments.previews import preview_status
from arportal.stores.access import NotAllowed
from tests.sandbox_server import STORE_HASH, TOKEN
from tests.verbs import set_status

PROCESSING, COMPLETED = ProcessingStatus.PROCESSING, ProcessingStatus.COMPLETED
REFUNDED = ProcessingStatus.REFUNDED


def status_at_store(sandbox, payment) -> int:
    return sandbox.get(f"/ip/payments/{payment.api_id}")["processingStatus"]


def test_it_works(clerk, payment, sandbox):
    change = set_status(clerk, uuid.uuid4(), payment.api_id, PROCESSING)
    assert change.state == Change.State.APPLIED
    assert (change.before["status"], change.after) == (1, {"status": 2})
    assert status_at_store(sandbox, payment) == PROCESSING
    payment.refresh_from_db()
    assert payment.processing_status == PROCESSING


def test_all_the_way(clerk, payment, sandbox):
    for status in (PROCESSING, COMPLETED):
        set_status(clerk, uuid.uuid4(), payment.api_id, status)
    assert status_at_store(sandbox, payment) == COMPLETED


def test_the_same_click_twice_is_one_request(clerk, payment, sandbox):
    click = uuid.uuid4()
    set_status(clerk, click, payment.api_id, PROCESSING)
    set_status(clerk, click, payment.api_id, PROCESSING)
    assert len(sandbox.writes()) == 1


def test_a_refund_reopens_what_was_foretold(controller, payment, sandbox):
    foretold = {
        effect.invoice.api_id: effect.after for effect in preview_status(controller, payment, REFUNDED)
    }
    assert foretold
    set_status(controller, uuid.uuid4(), payment.api_id, REFUNDED)
    became = {row.api_id: row.open_money for row in Invoice.objects.filter(api_id__in=foretold)}
    assert became == foretold


def test_other_moves_touch_no_balance(clerk, payment):
    assert preview_status(clerk, payment, COMPLETED) == []


def test_a_clerk_may_not_refund(clerk, payment, sandbox):
    with pytest.raises(NotAllowed):
        set_status(clerk, uuid.uuid4(), payment.api_id, REFUNDED)
    assert sandbox.writes() == []


def test_a_viewer_may_not_move(viewer, payment):
    with pytest.raises(NotAllowed):
        set_status(viewer, uuid.uuid4(), payment.api_id, PROCESSING)


def test_a_status_the_store_does_not_allow(clerk, payment, sandbox):
    with pytest.raises(Invalid, match="does not allow"):
        set_status(clerk, uuid.uuid4(), payment.api_id, ProcessingStatus.INCOMPLETE)
    assert not Change.objects.exists()


def test_a_payment_out_of_sight(clerk, payment):
    clerk.all_companies = False
    with pytest.raises(Payment.DoesNotExist):
        set_status(clerk, uuid.uuid4(), payment.api_id, PROCESSING)


def test_a_payment_the_store_no_longer_has(clerk, payment):
    Payment.objects.filter(pk=payment.pk).update(api_id=777_777)
    with pytest.raises(Invalid, match="no longer has"):
        set_status(clerk, uuid.uuid4(), 777_777, PROCESSING)


@pytest.mark.parametrize(("kind", "words"), [("500", "cannot be reached"), ("429", "busy"), ("401", "token")])
def test_the_payment_cannot_be_read_first(clerk, payment, sandbox, kind, words):
    sandbox.fault(kind, method="GET", count=20)
    with pytest.raises(Invalid, match=words):
        set_status(clerk, uuid.uuid4(), payment.api_id, PROCESSING)
    assert not Change.objects.exists()


def test_a_lost_answer_is_being_confirmed(clerk, payment, sandbox):
    sandbox.fault("500", method="PUT")
    assert set_status(clerk, uuid.uuid4(), payment.api_id, PROCESSING).state == Change.State.UNKNOWN


def test_lines_stay_as_they_were(clerk, payment):
    lines = list(PaymentLine.objects.filter(payment_id=payment.api_id))
    set_status(clerk, uuid.uuid4(), payment.api_id, PROCESSING)
    assert list(PaymentLine.objects.filter(payment_id=payment.api_id)) == lines


@pytest.fixture
def lost_refund(controller, payment, sandbox):
    """A refund that the store carried out, but whose answer was lost."""
    sandbox.fault("drop_after", method="PUT")
    change = set_status(controller, uuid.uuid4(), payment.api_id, REFUNDED)
    assert change.state == Change.State.UNKNOWN
    return change


def much_later():
    return timezone.now() + 2 * state_machine.QUARANTINE


def test_a_newer_state_of_the_store_is_not_undone(lost_refund, payment, sandbox):
    sandbox.put(f"/ip/payments/{payment.api_id}/processing-status", {"processingStatus": 3})
    changes.resume(lost_refund, much_later())
    assert lost_refund.state == Change.State.REFUSED
    assert status_at_store(sandbox, payment) == COMPLETED


def test_what_did_not_happen_is_done_after_the_quarantine(controller, payment, sandbox):
    sandbox.fault("drop_before", method="PUT")
    change = set_status(controller, uuid.uuid4(), payment.api_id, REFUNDED)
    changes.resume(change, much_later())
    assert status_at_store(sandbox, payment) == REFUNDED


def test_no_second_move_while_one_is_being_confirmed(lost_refund, controller, payment):
    with pytest.raises(Invalid, match="being confirmed"):
        set_status(controller, uuid.uuid4(), payment.api_id, COMPLETED)


def test_a_payment_deleted_meanwhile_ends_the_waiting(lost_refund, payment, sandbox):
    requests.delete(
        f"{sandbox.api_url}/ip/payments/{payment.api_id}",
        headers={"X-Auth-Token": TOKEN, "X-Store-Hash": STORE_HASH},
        timeout=10,
    )
    assert changes.resume(lost_refund, timezone.now()).state == Change.State.UNKNOWN
    assert changes.resume(lost_refund, much_later()).state == Change.State.REFUSED


def test_a_used_id_with_another_status_is_refused(clerk, payment, sandbox):
    click = uuid.uuid4()
    set_status(clerk, click, payment.api_id, PROCESSING)
    with pytest.raises(Invalid, match="already used"):
        set_status(clerk, click, payment.api_id, COMPLETED)
    assert status_at_store(sandbox, payment) == PROCESSING


def test_a_used_id_by_another_person_is_refused(clerk, controller, payment):
    click = uuid.uuid4()
    set_status(clerk, click, payment.api_id, PROCESSING)
    with pytest.raises(Invalid, match="already used"):
        set_status(controller, click, payment.api_id, PROCESSING)


def test_a_clerk_may_not_undo_a_refund(clerk, controller, payment):
    set_status(controller, uuid.uuid4(), payment.api_id, REFUNDED)
    with pytest.raises(NotAllowed):
        set_status(clerk, uuid.uuid4(), payment.api_id, COMPLETED)


def test_a_large_refund_waits_for_a_second_person(controller, payment, sandbox):
    controller.store.approval_limits = {payment.currency: "0.01"}
    change = set_status(controller, uuid.uuid4(), payment.api_id, REFUNDED)
    assert (change.state, change.amount) == (Change.State.WAITING, payment.total)
    with pytest.raises(Invalid, match="waits for approval"):
        set_status(controller, uuid.uuid4(), payment.api_id, PROCESSING)
    assert sandbox.writes() == []


def test_other_moves_are_below_every_limit(clerk, payment):
    clerk.store.approval_limits = {payment.currency: "0.01"}
    assert set_status(clerk, uuid.uuid4(), payment.api_id, PROCESSING).state == Change.State.APPLIED


def test_a_refund_brings_its_receipt(controller, payment):
    set_status(controller, uuid.uuid4(), payment.api_id, REFUNDED)
    receipts = Receipt.objects.filter(store=controller.store, payment_id=payment.api_id)
    assert "Refund" in set(receipts.values_list("transaction_type", flat=True))
