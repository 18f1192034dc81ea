"""Twenty-two payments moved together while the store misbehaves in every way: each row ends, and is told rightly."""

import uuid

import pytest
from django.utils import timezone

from arportal.b2b import ProcessingStatus
from arportal.mirror.models import Payment, RequestBudget
from arportal.receivables.changes import batches, changes, state_machine
from arportal.receivables.models import Change
from arportal.receivables.payments.set_status_batch import move_together, moves_in
from arportal.receivables.payments.versions import Version
from tests.receivables.payments.test_move_stale import at_the_store
from tests.whole import only_whole

# One a payment, on its PUT. Those that only take time are given little of it.
FAULTS = (
    *("401", "429", "500", "502", "503", "504", "drop_before", "drop_after", "reset_before", "reset_after"),
    *("html", "truncated", "empty", "no_id", "body_422", "redirect", "bad_gzip", "drip", "wrong_length"),
)
REFUSED_BY_THE_STORE = ("401", "body_422")
ROUNDS = 12


def rounds(batch: uuid.UUID):
    """The worker's minutes, each longer after the last than the quarantine.

    As `send_batch` and `confirm_changes` go about it; but nobody waits until the store may be asked again.
    """
    moment = timezone.now()
    for _round in range(ROUNDS):
        moment += 2 * state_machine.QUARANTINE
        for change in [*batches.to_send(batch), *changes.unfinished()]:
            RequestBudget.objects.all().delete()
            changes.resume(change, moment)
        yield


def asked_and_disturbed(actor, payments, sandbox) -> tuple[uuid.UUID, dict[int, str]]:
    """The batch, and for each payment what goes wrong with it; "" for nothing."""
    batch = uuid.uuid4()
    shown = {payment.api_id: Version.of(payment) for payment in payments}
    move_together(actor, batch, ProcessingStatus.PROCESSING, shown)
    at_the_store(sandbox, payments[0], ProcessingStatus.COMPLETED)
    sandbox.delete(f"/ip/payments/{payments[1].api_id}")
    wrong = {payments[0].api_id: "moved", payments[1].api_id: "gone"}
    for number, payment in enumerate(payments[2:]):
        kind = (*FAULTS, "")[number]
        if kind:
            path = f"payments/{payment.api_id}/processing-status"
            sandbox.fault(kind, "PUT", path, **({"seconds": 0.1} if kind == "drip" else {}))
        wrong[payment.api_id] = kind
    return batch, wrong


@pytest.fixture
def ended(clerk, receive, sandbox) -> tuple[dict[int, str], dict[int, Change]]:
    """Payment id → what went wrong with it, and the Change of it, once nothing is left to do."""
    # One that is moved meanwhile, one that goes, one a fault, and one that nothing happens to.
    batch, wrong = asked_and_disturbed(clerk, receive(3 + len(FAULTS)), sandbox)
    sandbox.fault("500", "GET", "payments", probability=0.2, count=10, seed=11)
    for _minute in rounds(batch):
        if not list(changes.unfinished()):
            break
    return wrong, {change.target_id: change for change in moves_in(clerk, batch)}


@only_whole("receivables/payments/test_move_together.py::test_it_works")
def test_it_works(ended, clerk, sandbox):
    wrong, ends = ended
    held = {row["id"]: row["processingStatus"] for row in sandbox.get("/ip/payments", limit=250)}
    assert set(ends) == set(wrong)
    for payment_id, kind in wrong.items():
        change, told = ends[payment_id], (kind, ends[payment_id].state, ends[payment_id].error)
        is_done = change.state == Change.State.APPLIED
        assert change.is_settled, told
        assert is_done == (held.get(payment_id) == ProcessingStatus.PROCESSING), told
        assert is_done == (kind not in (*REFUSED_BY_THE_STORE, "moved", "gone")), told
        assert is_done == (change.error == ""), told
    mirrored = Payment.objects.filter(store=clerk.store, gone_at=None)
    assert {row.api_id: row.processing_status for row in mirrored} == held
