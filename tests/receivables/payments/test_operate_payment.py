"""Operations on a payment, in a store where balances wait for Completed."""

import uuid
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.b2b import PaymentOperation
from arportal.mirror.models import Invoice, Payment
from arportal.receivables.changes import changes, state_machine
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.models import Change
from arportal.receivables.payments.operate_payment import OperatePayment, offered, preview_operation
from arportal.receivables.payments.payment_contents import shown
from arportal.stores.models import Membership
from tests.b2b import samples
from tests.cast import read_in
from tests.receivables.payments.few_payments import PAYMENT, FewPayments, contents
from tests.receivables.payments.few_payments import payment as at_the_store
from tests.whole import only_whole

LookupOutcome, State = state_machine.LookupOutcome, Change.State
APPLY, REVERT, PULL = PaymentOperation.APPLY, PaymentOperation.REVERT, PaymentOperation.PULL_FROM_ORDER


def operate(actor, payment, operation, *, seen) -> Change:
    return perform(
        OperatePayment(
            actor=actor,
            change_id=uuid.uuid4(),
            payment_id=payment.api_id,
            operation=operation,
            seen=seen,
        )
    )


@pytest.fixture
def waiting(sandbox, store, request) -> Payment:
    """A payment of 2 and 1 that counts on no balance yet."""
    sandbox.control("PUT", "quirks", {"apply_on": "completed"})
    return request.getfixturevalue("split_payment")


@pytest.fixture
def ask(controller, waiting):
    """Asks for an operation on the payment as it was shown at the beginning of the test."""
    seen = shown(waiting)
    return lambda: operate(controller, waiting, APPLY, seen=seen)


def balances(sandbox, invoices) -> list[Decimal]:
    return [Decimal(sandbox.get(f"/ip/invoices/{each.api_id}")["openBalance"]["value"]) for each in invoices]


def test_it_works(ask, waiting, controller, open_invoices, sandbox):
    foretold = preview_operation(controller, waiting, APPLY)
    change = ask()
    assert (change.state, change.amount) == (State.APPLIED, 3)
    assert sandbox.get(f"/ip/payments/{waiting.api_id}")["appliedStatus"] == 1
    check_foretold(foretold, sandbox, open_invoices)
    # And back again.
    payment = read_in(controller.store, waiting.api_id)
    foretold = preview_operation(controller, payment, REVERT)
    change = operate(controller, payment, REVERT, seen=shown(payment))
    assert (change.before["applied"], change.after["applied"]) == (1, 0)
    check_foretold(foretold, sandbox, open_invoices)


def check_foretold(foretold, sandbox, invoices) -> None:
    """Of the store's balances and statuses, and of the mirror's balances."""
    assert [each.after.amount for each in foretold] == balances(sandbox, invoices[:2])
    assert [each.then.status for each in foretold] == [
        sandbox.get(f"/ip/invoices/{each.invoice.api_id}")["status"] for each in foretold
    ]
    mirrored = [Invoice.objects.get(pk=each.pk).open_balance for each in invoices[:2]]
    assert mirrored == balances(sandbox, invoices[:2])


@only_whole("test_what_became_of_it")
def test_pulling_from_the_order(controller, sandbox, store):
    sandbox.control("PUT", "quirks", {"apply_on": "completed"})
    online = Payment.objects.visible_to(controller).exclude(module_name="payments_offline")[0]
    payment = read_in(store, online.api_id)
    assert preview_operation(controller, payment, PULL) == []
    sandbox.fault("drop_after", method="POST")
    change = operate(controller, payment, PULL, seen=shown(payment))
    assert (change.state, change.amount) == (State.UNKNOWN, None)
    assert changes.resume(change, timezone.now()).state == State.APPLIED


ISSUED = samples.payment()["updatedAt"]


@pytest.mark.parametrize(
    ("operation", "now", "outcome"),
    [
        (APPLY, {"appliedStatus": 1}, LookupOutcome.DONE),
        (APPLY, {"appliedStatus": 1, "processingStatus": 3}, LookupOutcome.DONE),
        (APPLY, {"appliedStatus": 0}, LookupOutcome.NOT_DONE),
        (APPLY, {"appliedStatus": 0, "processingStatus": 3}, LookupOutcome.OVERTAKEN),
        (PULL, {"appliedStatus": 0, "updatedAt": ISSUED + 1}, LookupOutcome.DONE),
        (PULL, {"appliedStatus": 0}, LookupOutcome.NOT_DONE),
    ],
)
def test_what_became_of_it(operation, now, outcome):
    before = contents(appliedStatus=0)
    change = Change(target_id=PAYMENT, payload={"operation": int(operation)})
    if operation == PULL:
        change.before = before | {"updated_at": str(ISSUED)}
    else:
        change.before, change.after = before, before | {"applied": 1}
    store = FewPayments(at_the_store(**now))
    assert OperatePayment.handler.look_up(store, change).outcome == outcome


def form(operation: PaymentOperation, **seen) -> OperatePayment:
    return OperatePayment(
        actor=Membership(),
        change_id=uuid.uuid4(),
        payment_id=PAYMENT,
        operation=operation,
        seen=contents(**seen),
    )


def test_what_is_written_down_of_it():
    """Balances of a payment applied or taken back; of one read from its order nobody knows them before."""
    row = Payment(raw=samples.payment(), company_id=31, total=Decimal("41.5"), currency="EUR")
    applied = form(APPLY).draft(row)
    assert (applied.company_id, applied.amount, applied.currency) == (31, Decimal("41.5"), "EUR")
    assert (applied.before, applied.after) == (contents(), contents() | {"applied": 1})
    assert form(REVERT).draft(row).after == contents() | {"applied": 0}
    pulled = form(PULL).draft(row)
    assert (pulled.company_id, pulled.amount, pulled.after) == (31, None, {})
    assert pulled.before == contents() | {"updated_at": str(ISSUED)}


def test_what_is_refused():
    row = Payment(raw=samples.payment(allowedOperations=[0]))
    form(APPLY).check(row)
    with pytest.raises(Conflict):
        form(APPLY, processingStatus=3).check(row)
    with pytest.raises(Invalid, match="does not offer"):
        form(REVERT).check(row)


def test_nothing_is_offered_where_balances_follow_the_status(split_payment, controller, sandbox):
    assert offered(split_payment) == []
    with pytest.raises(Invalid, match="does not offer"):
        operate(controller, split_payment, APPLY, seen=shown(split_payment))
    assert sandbox.writes() == []


def test_numbers_nobody_can_explain_are_left_out(waiting):
    waiting.raw["allowedOperations"] = [3, "0", 17]
    assert offered(waiting) == [APPLY]


@only_whole("test_what_is_refused")
def test_changed_since_it_was_shown(ask, waiting, sandbox):
    sandbox.put(f"/ip/payments/{waiting.api_id}/processing-status", {"processingStatus": 3})
    with pytest.raises(Conflict):
        ask()


@only_whole("test_what_became_of_it")
def test_a_newer_state_of_the_store_is_left_alone(ask, waiting, sandbox):
    sandbox.fault("drop_before", method="POST")
    change = ask()
    sandbox.put(f"/ip/payments/{waiting.api_id}/processing-status", {"processingStatus": 4})
    changes.resume(change, timezone.now() + 2 * state_machine.QUARANTINE)
    assert change.state == State.REFUSED
    assert sandbox.get(f"/ip/payments/{waiting.api_id}")["appliedStatus"] == 0
