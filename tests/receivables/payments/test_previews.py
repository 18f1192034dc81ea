"""Balances as they will be: of a new payment's lines, and of a payment in another status."""

from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.b2b import InvoiceStatus, Money, ProcessingStatus
from arportal.mirror.models import Invoice, Payment, PaymentLine
from arportal.receivables.payments.previews import (
    READ_AFRESH,
    preview_amounts,
    preview_line,
    preview_status,
    refresh_balances,
    will_count,
)
from arportal.stores.models import Store

Status = ProcessingStatus


@pytest.mark.parametrize(
    ("left", "amount", "after", "credit", "status"),
    [
        ("10", "4", "6", "0", InvoiceStatus.PARTIALLY_PAID),
        ("10", "9.50", "0.50", "0", InvoiceStatus.PARTIALLY_PAID),
        ("10", "10", "0", "0", InvoiceStatus.PAID),
        ("10", "13", "-3", "3", InvoiceStatus.PAID),
        # It was overpaid before: all of the payment is credit, and no more than the payment.
        ("-2", "5", "-7", "5", InvoiceStatus.PAID),
    ],
)
def test_a_new_line(left, amount, after, credit, status):
    invoice = Invoice(currency="USD", open_balance=Decimal(10), original_balance=Decimal(20), status=0)
    line = preview_line(invoice, Decimal(left), Decimal(amount))
    told = (line.before.amount, line.after.amount, line.credit.amount, line.then.status)
    assert told == (Decimal(left), Decimal(after), Decimal(credit), status)
    assert (invoice.open_balance, invoice.status) == (10, 0)
    assert line.credit.currency == "USD"


@pytest.mark.parametrize(
    ("applied", "now", "operations", "status", "counts"),
    [
        (1, Status.PROCESSING, [], Status.REFUNDED, False),
        (0, Status.PROCESSING, [], Status.COMPLETED, True),
        (1, Status.COMPLETED, [], Status.AWAITING_PROCESSING, True),
        (0, Status.REFUNDED, [], Status.PROCESSING, True),
        (0, Status.INCOMPLETE, [], Status.PROCESSING, True),
        # Only taken off balances by hand, or counted by the store no sooner than completed.
        (0, Status.REFUNDED, [{"code": 1}], Status.PROCESSING, False),
        (0, Status.AWAITING_PROCESSING, [], Status.PROCESSING, False),
    ],
)
def test_counting_in_another_status(applied, now, operations, status, counts):
    payment = Payment(applied_status=applied, processing_status=now, raw={"allowedOperations": operations})
    assert will_count(payment, status) is counts


def test_it_works(controller, split_payment, open_invoices):
    first, second = open_invoices[:2]
    effects = preview_status(controller, split_payment, Status.REFUNDED)
    assert [(each.invoice.api_id, each.after.amount - each.before.amount) for each in effects] == [
        (first.api_id, 2),
        (second.api_id, 1),
    ]
    assert preview_status(controller, split_payment, Status.COMPLETED) == []
    # An amount that stays moves nothing.
    same = {first.api_id: Decimal(2)}
    assert preview_amounts(controller, split_payment, same, same) == []
    # A refunded payment takes its amounts again.
    refunded = {"applied_status": 0, "processing_status": Status.REFUNDED, "raw": {}}
    Payment.objects.filter(pk=split_payment.pk).update(**refunded)
    effects = preview_status(controller, Payment.objects.get(pk=split_payment.pk), Status.PROCESSING)
    assert [each.after.amount - each.before.amount for each in effects] == [-2, -1]


def test_an_invoice_that_is_none_of_theirs_or_in_another_currency_is_left_out(
    controller, split_payment, open_invoices
):
    first, second = open_invoices[:2]
    Invoice.objects.filter(pk=first.pk).update(currency="XTS")
    effects = preview_status(controller, split_payment, Status.REFUNDED)
    assert [each.invoice.api_id for each in effects] == [second.api_id]
    was = {first.api_id: Decimal(2), second.api_id: Decimal(1)}
    (effect,) = preview_amounts(controller, split_payment, was, {})
    assert effect.invoice.api_id == second.api_id
    controller.all_companies = False
    assert preview_status(controller, split_payment, Status.REFUNDED) == []
    assert preview_amounts(controller, split_payment, was, {}) == []


def test_the_status_an_invoice_will_have(controller, split_payment, open_invoices):
    invoice, original = open_invoices[0], open_invoices[0].original_balance
    cases = [
        # All is given back, and no other payment is on it.
        (original - 2, 2, 0, InvoiceStatus.OPEN),
        (original - Decimal("0.5"), "0.5", 0, InvoiceStatus.OPEN),
        # Another system lowered it, too.
        (original - 3, 2, 0, InvoiceStatus.PARTIALLY_PAID),
        # It pays less of it.
        (original - 2, 2, 1, InvoiceStatus.PARTIALLY_PAID),
        # It pays some of it still, though another system has raised what is open.
        (original + 100, 2, 1, InvoiceStatus.PARTIALLY_PAID),
        (original, 0, 1, InvoiceStatus.PARTIALLY_PAID),
        (3, 0, 2, InvoiceStatus.PARTIALLY_PAID),
        (1, 0, 1, InvoiceStatus.PAID),
        (1, 0, 2, InvoiceStatus.PAID),
    ]
    for case in cases:
        open_balance, was, will, status = case
        Invoice.objects.filter(pk=invoice.pk).update(open_balance=open_balance)
        before = {invoice.api_id: Decimal(was)} if was else {}
        after = {invoice.api_id: Decimal(will)} if will else {}
        (effect,) = preview_amounts(controller, split_payment, before, after)
        assert effect.then.status == status, case
        assert effect.after == effect.before + Money(Decimal(was) - Decimal(will), invoice.currency), case
        assert effect.then is not effect.invoice


@pytest.fixture
def paid_elsewhere(open_invoices):
    """Writes down that a payment counts with 5 on the first invoice, in the mirror of a store."""

    def paid_elsewhere(store: Store, payment_id: int, **about) -> None:
        invoice, currency = open_invoices[0], open_invoices[0].currency
        of_store = {"store": store, "currency": currency}
        Payment.objects.create(
            **{"api_id": payment_id, "company_id": invoice.company_id, "applied_status": 1, "total": 5}
            | {"processing_status": Status.COMPLETED}
            | of_store
            | about
        )
        PaymentLine.objects.create(
            payment_id=payment_id, position=0, invoice_id=invoice.api_id, amount=5, **of_store
        )

    return paid_elsewhere


def test_a_cent_pays_something_and_a_line_of_nothing_does_not(controller, split_payment, open_invoices):
    """Though another system has raised what is open."""
    invoice = open_invoices[0]
    Invoice.objects.filter(pk=invoice.pk).update(open_balance=invoice.original_balance + 1)
    split_payment.applied_status, split_payment.processing_status, split_payment.raw = 0, Status.REFUNDED, {}
    lines = PaymentLine.objects.filter(payment_id=split_payment.api_id, invoice_id=invoice.api_id)
    for amount, status in (("0", InvoiceStatus.OPEN), ("0.01", InvoiceStatus.PARTIALLY_PAID)):
        lines.update(amount=amount)
        effects = preview_status(controller, split_payment, Status.PROCESSING)
        assert [each.then.status for each in effects if each.invoice == invoice] == [status]


def test_only_payments_of_the_store_that_it_still_has_count(
    controller, split_payment, open_invoices, paid_elsewhere
):
    """An invoice that another store has by the same number is another invoice."""
    invoice = open_invoices[0]
    elsewhere = Store.objects.create(slug="other", name="Other", store_hash="other")
    paid_elsewhere(controller.store, 777_777, gone_at=timezone.now())
    paid_elsewhere(elsewhere, 777_778)
    paid_elsewhere(elsewhere, 777_777)
    # One that counts here, on nothing: its number is in another store that of one on such an invoice.
    of_store = {
        "company_id": invoice.company_id,
        "currency": invoice.currency,
        "total": 5,
        "applied_status": 1,
    }
    Payment.objects.create(
        store=controller.store, api_id=777_780, processing_status=Status.COMPLETED, **of_store
    )
    paid_elsewhere(elsewhere, 777_780)
    Invoice.objects.filter(pk=invoice.pk).update(open_balance=invoice.original_balance - 2)

    def reopened():
        effects = preview_status(controller, split_payment, Status.REFUNDED)
        return next(each for each in effects if each.invoice.api_id == invoice.api_id)

    assert reopened().then.status == InvoiceStatus.OPEN
    paid_elsewhere(controller.store, 777_779)
    assert reopened().then.status == InvoiceStatus.PARTIALLY_PAID
    # Nor are amounts moved by what another store has by the payment's own number.
    PaymentLine.objects.create(
        **{"store": elsewhere, "payment_id": split_payment.api_id, "position": 9, "amount": 7}
        | {"invoice_id": invoice.api_id, "currency": invoice.currency}
    )
    assert reopened().after.amount - reopened().before.amount == 2


def test_a_few_balances_are_read_afresh(controller, open_invoices, sandbox):
    invoice, other = open_invoices[:2]
    Invoice.objects.filter(pk__in=[invoice.pk, other.pk]).update(open_balance=1)
    few = [invoice.api_id, *range(900_001, 900_000 + READ_AFRESH)]
    assert refresh_balances(controller, few) is True
    assert Invoice.objects.get(pk=invoice.pk).open_balance == invoice.open_balance
    assert Invoice.objects.get(pk=other.pk).open_balance == 1
    assert refresh_balances(controller, [*few, 900_999]) is False
    sandbox.fault("500", method="GET", count=20)
    assert refresh_balances(controller, [invoice.api_id]) is False
