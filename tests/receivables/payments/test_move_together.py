"""Moving many payments at once: all are asked for or none, and each is told rightly."""

import uuid
from dataclasses import replace

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from arportal.b2b import ProcessingStatus
from arportal.mirror.api.refresh import refresh_invoices, refresh_payment
from arportal.mirror.models import Invoice, Payment
from arportal.receivables.changes import approvals, changes
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.models import Change
from arportal.receivables.payments.previews import preview_statuses
from arportal.receivables.payments.set_status_batch import MOST, cancel, move_together, moves_in, outlooks
from arportal.receivables.payments.versions import StatusConflict, Version
from arportal.receivables.tasks import send_batch
from arportal.stores.access import NotAllowed
from arportal.stores.models import Membership, Role
from tests.receivables.asking import ask as write
from tests.receivables.payments.test_move_stale import at_the_store
from tests.receivables.payments.test_set_status import status_at_store
from tests.verbs import set_status
from tests.whole import only_whole

PROCESSING, COMPLETED = ProcessingStatus.PROCESSING, ProcessingStatus.COMPLETED
REFUNDED = ProcessingStatus.REFUNDED
State = Change.State


@pytest.fixture
def payments(receive) -> list[Payment]:
    return receive(3)


def shown(payments) -> dict[int, Version]:
    return {payment.api_id: Version.of(payment) for payment in payments}


@pytest.fixture
def ask(clerk, payments):
    def ask(status=PROCESSING, actor: Membership = clerk) -> uuid.UUID:
        batch = uuid.uuid4()
        move_together(actor, batch, status, shown(payments))
        return batch

    return ask


def outcome(actor, batch) -> list[tuple[str, str]]:
    return [(change.state, change.error) for change in moves_in(actor, batch)]


def test_it_works(clerk, payments, ask, sandbox):
    batch = ask()
    assert outcome(clerk, batch) == [(State.ASKED, "")] * 3
    # In the order in which they were asked for.
    assert [change.target_id for change in moves_in(clerk, batch)] == [each.api_id for each in payments]
    assert sandbox.writes() == []
    assert ProcrastinateJob.objects.filter(args={"batch": str(batch)}).count() == 1
    send_batch(str(batch))
    assert outcome(clerk, batch) == [(State.APPLIED, "")] * 3
    assert {status_at_store(sandbox, payment) for payment in payments} == {PROCESSING}
    # The same form again asks for nothing.
    move_together(clerk, batch, PROCESSING, shown(payments))
    send_batch(str(batch))
    assert Change.objects.count() == len(sandbox.writes()) == 3


def test_the_same_form_for_something_else_and_another_while_it_is_under_way(clerk, controller, payments, ask):
    batch = ask()
    for actor, status, chosen in (
        (clerk, COMPLETED, payments),
        (clerk, PROCESSING, payments[:2]),
        (controller, PROCESSING, payments),
    ):
        with pytest.raises(Invalid, match="already used"):
            move_together(actor, batch, status, shown(chosen))
    with pytest.raises(Invalid, match="waits to be sent"):
        move_together(clerk, uuid.uuid4(), COMPLETED, shown(payments))
    assert Change.objects.count() == 3


def test_none_when_one_cannot_be(clerk, viewer, payments):
    def refused(seen, error=Invalid, *, words=None, actor=clerk, status=PROCESSING) -> None:
        with pytest.raises(error, match=words):
            move_together(actor, uuid.uuid4(), status, seen)

    def some(count) -> dict[int, Version]:
        return dict.fromkeys(range(900_000, 900_000 + count), Version.of(payments[0]))

    seen = shown(payments)
    for count in (0, MOST + 1):
        refused(some(count), words="no more than 2000")
    refused(some(MOST), words="#900000 is no longer at the store")
    refused({}, NotAllowed, actor=viewer)
    refused(seen | {777_777: Version.of(payments[0])}, words="#777777 is no longer at the store")
    refused(seen, NotAllowed, actor=viewer)
    other = replace(seen[payments[1].api_id], status=COMPLETED)
    refused(seen | {payments[1].api_id: other}, StatusConflict, words="shown as: Completed")
    # A clerk may not refund, and is told so before.
    assert {bool(each.refusal) for each in outlooks(clerk, payments, REFUNDED)} == {True}
    refused(seen, NotAllowed, status=REFUNDED)
    Payment.objects.filter(pk=payments[2].pk).update(allowed_statuses=[])
    refused(seen, words=f"#{payments[2].api_id}: The store does not allow")
    clerk.all_companies = False
    refused(seen, words="no longer at the store")
    assert not Change.objects.exists()


@only_whole("test_none_when_one_cannot_be")
def test_none_when_one_has_changed_since(clerk, payments):
    seen = shown(payments)
    set_status(clerk, uuid.uuid4(), payments[1].api_id, PROCESSING)
    with pytest.raises(StatusConflict):
        move_together(clerk, uuid.uuid4(), COMPLETED, seen)
    assert not Change.objects.exclude(batch=None).exists()


def test_what_changed_after_it_was_asked_is_not_sent(clerk, payments, ask, sandbox):
    batch = ask(COMPLETED)
    at_the_store(sandbox, payments[1], PROCESSING)
    send_batch(str(batch))
    states = outcome(clerk, batch)
    assert [state for state, _words in states] == [State.APPLIED, State.REFUSED, State.APPLIED]
    assert "shown as: Awaiting processing" in states[1][1]
    assert "Now: Processing" in states[1][1]
    assert status_at_store(sandbox, payments[1]) == PROCESSING
    assert Payment.objects.get(pk=payments[1].pk).processing_status == PROCESSING
    assert len(sandbox.writes()) == 2


@only_whole("test_what_changed_after_it_was_asked_is_not_sent")
def test_what_the_store_no_longer_allows_is_not_sent(clerk, sandbox, store, open_invoices):
    paid = sandbox.control(
        "POST", "pay-online", {"invoiceId": open_invoices[0].api_id, "processingStatus": 1}
    )
    batch, payment = uuid.uuid4(), refresh_payment(store, paid["id"])
    move_together(clerk, batch, PROCESSING, shown([payment]))
    sandbox.control("PUT", "quirks", {"online_status_locked": "on"})
    send_batch(str(batch))
    ((state, words),) = outcome(clerk, batch)
    assert (state, sandbox.writes()) == (State.REFUSED, [])
    assert "does not allow" in words


@only_whole("test_what_changed_after_it_was_asked_is_not_sent")
def test_what_the_store_refuses_is_told_in_its_words(clerk, ask, sandbox):
    sandbox.fault("body_422", "PUT")
    batch = ask()
    send_batch(str(batch))
    (state, words), *others = outcome(clerk, batch)
    assert state == State.REFUSED
    assert "The store refused" in words
    assert others == [(State.APPLIED, "")] * 2


@only_whole("test_it_works")
def test_nothing_is_unclear_when_only_the_reading_failed(clerk, ask, sandbox):
    sandbox.fault("500", "GET", count=1)
    batch = ask()
    send_batch(str(batch))
    assert [state for state, _words in outcome(clerk, batch)] == [State.ASKED, State.APPLIED, State.APPLIED]
    send_batch(str(batch))
    assert [state for state, _words in outcome(clerk, batch)] == [State.APPLIED] * 3


def test_cancel_takes_back_what_was_not_sent(clerk, ask, payments, sandbox):
    batch = ask()
    first = moves_in(clerk, batch)[0]
    changes.execute(first)
    assert cancel(clerk, batch) == 2
    send_batch(str(batch))
    states = outcome(clerk, batch)
    assert states == [
        (State.APPLIED, ""),
        *[(State.REFUSED, f"{clerk.user} cancelled it before it was sent.")] * 2,
    ]
    assert len(sandbox.writes()) == 1


def test_of_many_some_may_be_moved(clerk, payments):
    """Where one cannot be, the next are told of all the same; and one alone may be asked for."""
    payments[0].processing_status = REFUNDED
    first, *others = outlooks(clerk, payments, PROCESSING)
    assert ("Refunded" in first.refusal, first.needs_approval) == (True, False)
    assert [each.refusal for each in others] == ["", ""]
    batch = uuid.uuid4()
    move_together(clerk, batch, PROCESSING, shown(payments[1:2]))
    assert [change.target_id for change in moves_in(clerk, batch)] == [payments[1].api_id]


def test_only_moves_of_the_batch_are_cancelled_and_by_who_may_still_move(clerk, ask, payments):
    batch = ask()
    others = {"company_id": payments[0].company_id, "target_id": 1}
    of_another = write(clerk, uuid.uuid4(), Change.Verb.SET_PAYMENT_STATUS, batch=uuid.uuid4(), **others)
    no_move = write(clerk, uuid.uuid4(), Change.Verb.SET_CREDIT_HOLD, batch=batch, **others)
    clerk.role = Role.VIEWER
    with pytest.raises(NotAllowed):
        cancel(clerk, batch)
    clerk.role = Role.CLERK
    assert cancel(clerk, batch) == 3
    for other in (of_another, no_move):
        other.refresh_from_db()
        assert other.state == State.ASKED


def test_cancel_somebody_elses(clerk, controller, admin, ask):
    batch = ask(actor=controller)
    with pytest.raises(NotAllowed):
        cancel(clerk, batch)
    assert cancel(admin, batch) == 3


@only_whole("test_it_works")
def test_refunds_become_what_was_foretold(controller, payments, ask, sandbox):
    foretold = {
        effect.invoice.api_id: (effect.then.open_balance, effect.then.status)
        for effect in preview_statuses(controller, payments, REFUNDED)
    }
    send_batch(str(ask(REFUNDED, actor=controller)))
    became = {
        row.api_id: (row.open_balance, row.status) for row in Invoice.objects.filter(api_id__in=foretold)
    }
    assert foretold
    assert became == foretold


def test_large_refunds_wait_for_a_second_person(controller, admin, payments, ask, store, sandbox):
    limits = {payment.currency: "0.01" for payment in payments}
    controller.store.approval_limits = limits
    assert all(each.needs_approval for each in outlooks(controller, payments, REFUNDED))
    batch = ask(REFUNDED, actor=controller)
    send_batch(str(batch))
    assert {state for state, _words in outcome(controller, batch)} == {State.WAITING}
    assert sandbox.writes() == []
    change = approvals.approve(admin, moves_in(controller, batch)[0].pk)
    assert (change.state, change.amount) == (State.APPLIED, payments[0].total)


@only_whole("test_what_changed_after_it_was_asked_is_not_sent")
def test_what_changed_before_it_was_approved_is_not_sent(controller, admin, payments, ask, sandbox):
    controller.store.approval_limits = {"XTS": "1"}
    batch = ask(REFUNDED, actor=controller)
    at_the_store(sandbox, payments[0], COMPLETED)
    change = approvals.approve(admin, moves_in(controller, batch)[0].pk)
    assert change.state == State.REFUSED
    assert "Now: Completed" in change.error
    assert sandbox.writes() == []


@only_whole("test_large_refunds_wait_for_a_second_person")
def test_two_payments_of_one_invoice_reopen_it_by_both(controller, store, sandbox, open_invoices):
    """One effect an invoice, not one a line: the balance after is that of all of them."""
    invoice = open_invoices[0]
    lines = [{"invoiceId": invoice.api_id, "amount": amount} for amount in ("1", "2")]
    asked = {
        **{"customerId": str(invoice.company_id), "currency": invoice.currency, "lineItems": lines},
        **{"details": {"memo": "two lines"}, "processingStatus": 1},
    }
    made = [sandbox.post("/ip/payments/offline", asked)["paymentId"] for _twice in range(2)]
    payments = [refresh_payment(store, payment_id) for payment_id in made]
    refresh_invoices(store, [invoice.api_id])
    (effect,) = preview_statuses(controller, payments, REFUNDED)
    assert effect.after.amount - effect.before.amount == 6
    batch = uuid.uuid4()
    move_together(controller, batch, REFUNDED, shown(payments))
    send_batch(str(batch))
    assert Invoice.objects.get(store=store, api_id=invoice.api_id).open_money == effect.after
