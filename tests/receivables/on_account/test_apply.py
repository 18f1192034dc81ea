"""Money on account becomes a payment on invoices: taken off when it is asked for, and back there when
nothing comes of it or the payment is deleted."""

import uuid
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.b2b import Money
from arportal.mirror.models import Invoice, Payment
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.changes import changes
from arportal.receivables.changes.approvals import reject
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.state_machine import QUARANTINE
from arportal.receivables.changes.verb import perform
from arportal.receivables.models import Change, OnAccount
from arportal.receivables.on_account.balances import on_account
from arportal.receivables.on_account.keeping import Received, receive
from arportal.receivables.payments.delete_payment import DeletePayment
from arportal.receivables.payments.edit_payment import EditPayment
from arportal.receivables.payments.edits import Edit
from arportal.receivables.payments.payment_contents import shown
from arportal.receivables.payments.record_payment import OfflinePayment
from arportal.receivables.statements.statement import Period, statement
from tests.verbs import record_payment
from tests.whole import whole_or

State = Change.State


@pytest.fixture
def money(clerk, open_invoices) -> OnAccount:
    """10 in the currency of the company's invoices."""
    invoice = open_invoices[0]
    received = Received(
        company_id=invoice.company_id,
        money=Money(Decimal(10), invoice.currency),
        received_on=timezone.now().date().replace(day=1),
        reference="SEPA 77",
        payer_name="Payer",
        reason="No invoice named",
    )
    return receive(clerk, uuid.uuid4(), received)


@pytest.fixture
def payment(money, open_invoices) -> OfflinePayment:
    """6 of it, to two invoices."""
    first, second = open_invoices[:2]
    return OfflinePayment(
        company_id=money.company_id,
        currency=money.currency,
        allocations=(Allocation(first.api_id, Decimal(4)), Allocation(second.api_id, Decimal(2))),
        payer_name=money.payer_name,
        reference=money.reference,
        received_on=money.received_on,
        memo="",
        on_account=money.pk,
    )


def left(money: OnAccount) -> Decimal:
    return OnAccount.objects.with_left().get(pk=money.pk).left


def test_it_works_and_is_back_when_the_payment_is_deleted(money, payment, clerk, controller, open_invoices):
    was = open_invoices[0].open_balance
    change = record_payment(clerk, uuid.uuid4(), payment)
    assert (change.state, left(money)) == (State.APPLIED, 4)
    assert Invoice.objects.get(pk=open_invoices[0].pk).open_balance == was - 4
    assert record_payment(clerk, change.pk, payment) == change
    # No more than is left, whoever asks.
    with pytest.raises(Invalid, match=r"Only 4\.00"):
        record_payment(controller, uuid.uuid4(), payment)
    with pytest.raises(Invalid, match="no such money"):
        record_payment(clerk, uuid.uuid4(), replace(payment, on_account=money.pk + 1))
    assert left(money) == 4

    made = Payment.objects.get(api_id=change.target_id)
    perform(
        DeletePayment(
            actor=controller,
            change_id=uuid.uuid4(),
            payment_id=made.api_id,
            seen=shown(made),
            reason="Other invoice",
        )
    )
    assert left(money) == 10
    assert Invoice.objects.get(pk=open_invoices[0].pk).open_balance == was


def test_it_is_back_when_the_store_refuses_and_stays_taken_while_nobody_knows(money, payment, clerk, sandbox):
    sandbox.fault("422", method="POST")
    assert record_payment(clerk, uuid.uuid4(), payment).state == State.REFUSED
    assert left(money) == 10
    for kind in whole_or(("drop_after", "drop_before"), ("drop_after",)):
        before = left(money)
        sandbox.fault(kind, method="POST")
        change = record_payment(clerk, uuid.uuid4(), replace(payment, allocations=payment.allocations[:1]))
        assert (change.state, left(money)) == (State.UNKNOWN, before - 4)
        settled = changes.resume(change, timezone.now() + 2 * QUARANTINE)
        assert (settled.state, left(money)) == (State.APPLIED, before - 4)


def test_what_waits_for_approval_is_taken_until_it_is_rejected(money, payment, clerk, controller):
    clerk.store.approval_limits = {money.currency: "1"}
    waiting = record_payment(clerk, uuid.uuid4(), payment)
    assert (waiting.state, left(money)) == (State.WAITING, 4)
    reject(controller, waiting.pk, "Not theirs")
    assert left(money) == 10


def test_the_total_of_such_a_payment_stays(money, payment, clerk, controller):
    change = record_payment(clerk, uuid.uuid4(), payment)
    made = Payment.objects.get(api_id=change.target_id)
    wanted = Edit(
        seen=shown(made),
        payer_name="Payer",
        memo="",
        allocations=payment.allocations[:1],
        received_on=money.received_on,
        reference="SEPA 77",
    )
    with pytest.raises(Invalid, match="its total stays"):
        perform(EditPayment(actor=controller, change_id=uuid.uuid4(), payment_id=made.api_id, wanted=wanted))


def test_the_statement_has_it_below_the_balance(money, payment, clerk):
    today = clerk.store.today(timezone.now())
    period = Period(money.received_on, today, today)

    def account():
        accounts = statement(clerk, (money.company_id,), period)
        return next(each for each in accounts if each.currency == money.currency)

    first = account()
    record_payment(clerk, uuid.uuid4(), payment)
    second = account()
    assert [each.unapplied.amount for each in (first, second)] == [10, 4]
    # What is left to pay is the same, whether it is applied or not.
    assert first.net == second.net == first.closing - Money(Decimal(10), money.currency)
    assert second.closing == first.closing - Money(Decimal(6), money.currency)
    assert on_account(clerk.store, day=today) == {(money.company_id, money.currency): second.unapplied}
