"""Moves of an open balance: what they make of an invoice, and what the store's invoice says of them later."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from arportal.b2b import AppliedStatus, InvoiceStatus
from arportal.b2b.errors import NotFound
from arportal.mirror.models import Invoice, PaymentLine
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.invoices import balance_moves
from arportal.receivables.invoices.balance_moves import (
    BalanceChange,
    BalanceState,
    check_open,
    last_payment,
    read_with_payments,
    state_since,
)
from tests.receivables.invoices.moves import Desk

MOVE = BalanceChange(
    invoice_id=7, before=Decimal(10), after=Decimal(8), status_before=0, status_after=1, last_payment=100
)
APPLIED, UNAPPLIED = AppliedStatus.APPLIED, AppliedStatus.NOT_APPLIED


def paid(payment_id: int, amount: int, applied: int = APPLIED, invoice_id: int = 7) -> SimpleNamespace:
    lines = [
        SimpleNamespace(invoice_id=invoice_id, amount=SimpleNamespace(amount=Decimal(amount))),
        SimpleNamespace(invoice_id=99, amount=SimpleNamespace(amount=Decimal(50))),
    ]
    return SimpleNamespace(payment_id=payment_id, applied_status=applied, processing_status=3, lines=lines)


def store_with(balance: int, status: int, *payments: SimpleNamespace) -> SimpleNamespace:
    """A client of a store that has the invoice so."""
    held = SimpleNamespace(open_balance=SimpleNamespace(amount=Decimal(balance)), status=status)

    def listed(*, invoice_id: int) -> list[SimpleNamespace]:
        return list(payments) if invoice_id == MOVE.invoice_id else []

    return SimpleNamespace(
        invoices=SimpleNamespace(get=lambda _invoice_id: held), payments=SimpleNamespace(list=listed)
    )


def test_what_the_store_says_of_a_move():
    cases = [
        (store_with(8, 1), BalanceState.MOVED),
        (store_with(10, 0), BalanceState.BEFORE),
        (store_with(10, 1), BalanceState.PAID_SINCE),
        (store_with(9, 1), BalanceState.OTHER),
        (store_with(5, 1, paid(101, 3)), BalanceState.MOVED),
        (store_with(7, 1, paid(101, 3)), BalanceState.PAID_SINCE),
        (store_with(7, 0, paid(101, 3)), BalanceState.PAID_SINCE),
        # Those that were known, or do not count, lower nothing.
        (store_with(8, 1, paid(100, 3), paid(99, 3)), BalanceState.MOVED),
        (store_with(8, 1, paid(101, 3, UNAPPLIED)), BalanceState.MOVED),
        (store_with(10, 0, paid(100, 2)), BalanceState.BEFORE),
    ]
    wrong = [
        (number, state_since(client, MOVE), stand)
        for number, (client, stand) in enumerate(cases)
        if state_since(client, MOVE) is not stand
    ]
    assert wrong == []


def test_an_invoice_that_is_gone():
    def gone(_invoice_id: int) -> None:
        raise NotFound("gone")

    client = SimpleNamespace(invoices=SimpleNamespace(get=gone))
    assert state_since(client, MOVE) is BalanceState.GONE


def test_the_status_goes_with_the_balance(store):
    invoice = Invoice(store=store, api_id=7, open_balance=Decimal(6), original_balance=Decimal(10), status=1)
    cases = {
        "-6": InvoiceStatus.PAID,
        "-7": InvoiceStatus.PAID,
        "-5.50": InvoiceStatus.PARTIALLY_PAID,
        "3.99": InvoiceStatus.PARTIALLY_PAID,
        "4": InvoiceStatus.OPEN,
    }
    assert {by: BalanceChange.of(invoice, Decimal(by)).status_after for by in cases} == cases


def test_the_youngest_payment_that_was_known(store, other_store):
    invoice = Invoice(store=store, api_id=10**7)
    assert last_payment(invoice) == 0
    amount = {"currency": "USD", "amount": 1, "position": 900}
    for of_store, payment_id, invoice_id in (
        (store, 10**8, 10**7),
        (store, 10**8 - 1, 10**7),
        (store, 10**8 + 1, 10**7 + 1),
        (other_store, 10**8 + 2, 10**7),
    ):
        PaymentLine.objects.create(store=of_store, payment_id=payment_id, invoice_id=invoice_id, **amount)
    assert last_payment(invoice) == 10**8


def test_how_much_can_be_taken_off(controller, open_invoices, monkeypatch):
    invoice = Invoice.objects.get(pk=open_invoices[0].pk)
    opened = invoice.open_balance
    check_open(controller, invoice, opened)
    cases = {
        opened + Decimal("0.01"): ("amount", f"This is more than is open on invoice {invoice}."),
        Decimal("0.001"): ("amount", f"{invoice.currency} has 2 decimals."),
        Decimal(0): ("amount", "Enter an amount above zero."),
    }
    for amount, (field, words) in cases.items():
        assert refusal(controller, invoice, amount) == {field: [words]}
    invoice.status = InvoiceStatus.PAID
    assert refusal(controller, invoice, opened) == {"": [f"Nothing is open on invoice {invoice}."]}
    invoice.status = InvoiceStatus.OPEN
    monkeypatch.setattr(balance_moves, "on_the_way", lambda *_given: {invoice.api_id: Decimal(1)})
    assert refusal(controller, invoice, Decimal(1)) == {
        "": [f"A payment to invoice {invoice} is on its way to the store: wait until it is confirmed."]
    }


def refusal(actor, invoice: Invoice, amount: Decimal) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        check_open(actor, invoice, amount)
    return refused.value.fields


def test_an_invoice_is_read_with_its_payments(controller, sandbox, open_invoices):
    """Of a payment that the mirror does not know a move that was lost could not be told."""
    desk = Desk.at(controller, sandbox, open_invoices[0])
    lines = PaymentLine.objects.filter(store=controller.store, invoice_id=desk.invoice.api_id)
    known = lines.count()
    desk.pay(1)
    fresh = read_with_payments(controller, desk.invoice.api_id)
    assert (fresh.open_balance, lines.count()) == (desk.invoice.open_balance - 1, known + 1)
