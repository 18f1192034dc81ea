"""Moving a payment through its statuses."""

import uuid
from decimal import Decimal

import pytest
import requests
from django.utils import timezone

from arportal.b2b import ProcessingStatus
from arportal.b2b.errors import InvalidResponse
from arportal.mirror.models import Invoice, Payment, PaymentLine, Receipt, RequestBudget
from arportal.receivables.changes import changes, state_machine
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.models import Change
from arportal.receivables.payments import set_status as module
from arportal.receivables.payments.previews import preview_status
from arportal.receivables.payments.set_status import SetStatus
from arportal.receivables.payments.versions import Version
from arportal.stores.access import NotAllowed
from arportal.stores.models import Store
from tests.receivables.payments.few_payments import PAYMENT, FewPayments
from tests.receivables.payments.few_payments import payment as at_the_store
from tests.sandbox_server import STORE_HASH, TOKEN
from tests.verbs import set_status

PROCESSING, COMPLETED = ProcessingStatus.PROCESSING, ProcessingStatus.COMPLETED
REFUNDED = ProcessingStatus.REFUNDED
LookupOutcome = state_machine.LookupOutcome


def status_at_store(sandbox, payment) -> int:
    return sandbox.get(f"/ip/payments/{payment.api_id}")["processingStatus"]


def test_it_works(clerk, payment, sandbox):
    lines = list(PaymentLine.objects.filter(payment_id=payment.api_id))
    assert preview_status(clerk, payment, COMPLETED) == []
    # Moves that touch no balance are below every limit.
    clerk.store.approval_limits = {payment.currency: "0.01"}
    change = set_status(clerk, uuid.uuid4(), payment.api_id, PROCESSING)
    assert change.state == Change.State.APPLIED
    assert (change.before["status"], change.after) == (1, {"status": 2})
    assert status_at_store(sandbox, payment) == PROCESSING
    payment.refresh_from_db()
    assert payment.processing_status == PROCESSING
    assert list(PaymentLine.objects.filter(payment_id=payment.api_id)) == lines
    set_status(clerk, uuid.uuid4(), payment.api_id, COMPLETED)
    assert status_at_store(sandbox, payment) == COMPLETED


def test_a_refund_reopens_what_was_foretold_and_brings_its_receipt(controller, clerk, payment):
    foretold = {
        effect.invoice.api_id: effect.after for effect in preview_status(controller, payment, REFUNDED)
    }
    assert foretold
    set_status(controller, uuid.uuid4(), payment.api_id, REFUNDED)
    became = {row.api_id: row.open_money for row in Invoice.objects.filter(api_id__in=foretold)}
    assert became == foretold
    receipts = Receipt.objects.filter(store=controller.store, payment_id=payment.api_id)
    assert "Refund" in set(receipts.values_list("transaction_type", flat=True))
    with pytest.raises(NotAllowed):  # A clerk may not undo it.
        set_status(clerk, uuid.uuid4(), payment.api_id, COMPLETED)


def test_what_is_refused(clerk, payment, sandbox):
    with pytest.raises(NotAllowed):
        set_status(clerk, uuid.uuid4(), payment.api_id, REFUNDED)
    with pytest.raises(Invalid, match="does not allow"):
        set_status(clerk, uuid.uuid4(), payment.api_id, ProcessingStatus.INCOMPLETE)
    for kind, words in (("500", "cannot be reached"), ("429", "busy"), ("401", "token")):
        RequestBudget.objects.all().delete()
        sandbox.control("DELETE", "faults")
        sandbox.fault(kind, method="GET", count=20)
        with pytest.raises(Invalid, match=words):
            set_status(clerk, uuid.uuid4(), payment.api_id, PROCESSING)
    RequestBudget.objects.all().delete()
    sandbox.control("DELETE", "faults")
    Payment.objects.filter(pk=payment.pk).update(api_id=777_777)
    with pytest.raises(Invalid, match="no longer has"):
        set_status(clerk, uuid.uuid4(), 777_777, PROCESSING)
    assert not Change.objects.exists()
    assert sandbox.writes() == []


@pytest.mark.parametrize(
    ("attempts", "in_a_batch", "is_looked_at"), [(1, False, False), (2, False, True), (1, True, True)]
)
def test_what_nobody_waited_for_or_is_sent_again_is_looked_at_before(
    attempts, in_a_batch, is_looked_at, monkeypatch
):
    """Else the page has just read it."""
    read = []
    row = Payment(processing_status=1, total=Decimal(1), currency="EUR", allowed_statuses=[2])
    monkeypatch.setattr(module, "refresh_payment", lambda _store, payment_id: read.append(payment_id) or row)
    change = Change(target_id=PAYMENT, payload={"status": 2}, before=Version.of(row).as_before())
    change.attempts, change.batch, change.store = attempts, uuid.uuid4() if in_a_batch else None, Store()
    store = FewPayments()
    SetStatus.handler.send(store, change)
    assert store.done == [("status", PROCESSING)]
    assert read == ([PAYMENT] if is_looked_at else [])


def test_what_cannot_be_understood_is_not_moved(monkeypatch):
    def nonsense(_store, _payment_id):
        raise InvalidResponse("total is a word")

    monkeypatch.setattr(module, "refresh_payment", nonsense)
    store = FewPayments()
    change = Change(target_id=PAYMENT, payload={"status": 2}, attempts=2, store=Store())
    with pytest.raises(Conflict):
        SetStatus.handler.send(store, change)
    assert store.done == []


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (PROCESSING, LookupOutcome.DONE),
        (ProcessingStatus.AWAITING_PROCESSING, LookupOutcome.NOT_DONE),
        (COMPLETED, LookupOutcome.OVERTAKEN),
    ],
)
def test_what_became_of_it(status, outcome):
    change = Change(target_id=PAYMENT, before={"status": 1}, after={"status": 2})
    store = FewPayments(at_the_store(processingStatus=int(status)))
    assert SetStatus.handler.look_up(store, change).outcome == outcome


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


def test_a_payment_deleted_meanwhile_ends_the_waiting(lost_refund, payment, sandbox):
    requests.delete(
        f"{sandbox.api_url}/ip/payments/{payment.api_id}",
        headers={"X-Auth-Token": TOKEN, "X-Store-Hash": STORE_HASH},
        timeout=10,
    )
    assert changes.resume(lost_refund, timezone.now()).state == Change.State.UNKNOWN
    assert changes.resume(lost_refund, much_later()).state == Change.State.REFUSED


def test_a_large_refund_waits_for_a_second_person(controller, payment, sandbox):
    controller.store.approval_limits = {payment.currency: "0.01"}
    change = set_status(controller, uuid.uuid4(), payment.api_id, REFUNDED)
    assert (change.state, change.amount) == (Change.State.WAITING, payment.total)
    with pytest.raises(Invalid, match="waits for approval"):
        set_status(controller, uuid.uuid4(), payment.api_id, PROCESSING)
    assert sandbox.writes() == []
