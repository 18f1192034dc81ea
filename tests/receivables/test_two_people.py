"""Two people ask for a change of the same thing, each verb in turn: what one has done, the other never undoes
unseen, and both are told."""

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from django.db import transaction

from arportal.b2b import PaymentOperation
from arportal.mirror.api.connections import client_for
from arportal.mirror.api.refresh import refresh_order
from arportal.mirror.models import Buyer, Company, CompanyMethod, Order, Receipt
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.changes import changes
from arportal.receivables.changes import verb as verb_module
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import perform
from arportal.receivables.companies.methods import SwitchMethods
from arportal.receivables.invoices.invoice_deletion import DeleteInvoice
from arportal.receivables.invoices.invoice_drafts import DraftLine, InvoiceDraft
from arportal.receivables.invoices.invoice_editing import EditInvoice, read_afresh
from arportal.receivables.invoices.invoice_values import values_of
from arportal.receivables.invoices.invoicing import CreateInvoice, InvoiceOrder
from arportal.receivables.models import Change
from arportal.receivables.orders.order_companies import GIVING, ConvertOrders, ReassignOrders, belonging
from arportal.receivables.orders.orders import EditOrder, RecordOrder
from arportal.receivables.payments.delete_payment import DeletePayment
from arportal.receivables.payments.edit_payment import EditPayment
from arportal.receivables.payments.edits import Edit
from arportal.receivables.payments.operate_payment import OperatePayment
from arportal.receivables.payments.payment_contents import shown
from arportal.receivables.payments.record_payment import OfflinePayment
from arportal.receivables.payments.versions import Version
from arportal.receivables.receipts.receipt_deletion import DeleteReceipt
from tests.verbs import record_payment, set_status

State, Verb = Change.State, Change.Verb


class Pair(NamedTuple):
    """Two forms of one verb for the same thing, made before either was sent."""

    first: Callable[[], Change]
    second: Callable[[], Change]


class Table:
    """One method a verb. Its forms are filled as the pages fill them: from what both people see now."""

    def __init__(self, actor, sandbox, company, open_invoices, ask_for) -> None:
        self.actor, self.sandbox, self.company = actor, sandbox, company
        self.invoice, self.invoices, self.ask_for = open_invoices[0], open_invoices, ask_for

    @property
    def payment(self):
        return self.ask_for("split_payment")

    def record_payment(self) -> Pair:
        def record(reference: str) -> Change:
            amount = Allocation(self.invoice.api_id, self.invoice.open_balance)
            payment = OfflinePayment(
                company_id=self.company.api_id,
                currency=self.invoice.currency,
                allocations=(amount,),
                payer_name="Payer",
                reference=reference,
                received_on=dt.date(2026, 1, 31),
                memo="",
            )
            return record_payment(self.actor, uuid.uuid4(), payment)

        return Pair(lambda: record("first"), lambda: record("second"))

    def edit_payment(self) -> Pair:
        payment = self.payment
        lines = (
            Allocation(self.invoices[0].api_id, Decimal(2)),
            Allocation(self.invoices[1].api_id, Decimal(1)),
        )

        def edit(memo: str) -> Change:
            wanted = Edit(seen=shown(payment), payer_name="Payer", memo=memo, allocations=lines)
            return perform(
                EditPayment(
                    actor=self.actor,
                    change_id=uuid.uuid4(),
                    payment_id=payment.api_id,
                    wanted=wanted,
                )
            )

        return Pair(lambda: edit("first"), lambda: edit("second"))

    def set_payment_status(self) -> Pair:
        payment = self.payment
        version = Version.of(payment)

        def move(status: int) -> Change:
            return set_status(self.actor, uuid.uuid4(), payment.api_id, status, seen=version)

        others = [each for each in payment.allowed_statuses if each != payment.processing_status]
        first, second = others[:2]
        return Pair(lambda: move(first), lambda: move(second))

    def operate_payment(self) -> Pair:
        self.sandbox.control("PUT", "quirks", {"apply_on": "completed"})
        payment = self.payment

        def operate() -> Change:
            return perform(
                OperatePayment(
                    actor=self.actor,
                    change_id=uuid.uuid4(),
                    payment_id=payment.api_id,
                    operation=PaymentOperation.APPLY,
                    seen=shown(payment),
                )
            )

        return Pair(operate, operate)

    def delete_payment(self) -> Pair:
        payment = self.payment

        def delete() -> Change:
            return perform(
                DeletePayment(
                    actor=self.actor,
                    change_id=uuid.uuid4(),
                    payment_id=payment.api_id,
                    seen=shown(payment),
                    reason="Made twice",
                )
            )

        return Pair(delete, delete)

    def delete_receipt(self) -> Pair:
        receipt = Receipt.objects.get(payment_id=self.payment.api_id)

        def delete() -> Change:
            return perform(
                DeleteReceipt(
                    actor=self.actor,
                    change_id=uuid.uuid4(),
                    receipt_id=receipt.api_id,
                    reason="Made twice",
                )
            )

        return Pair(delete, delete)

    def create_invoice(self) -> Pair:
        def create(description: str) -> Change:
            line = DraftLine(description=description, sku="", quantity=Decimal(1), unit_price=Decimal(9))
            draft = InvoiceDraft(
                company_id=self.company.api_id,
                number="AR-0001",
                currency="USD",
                issued_on=dt.date(2026, 11, 2),
                due_on=dt.date(2026, 12, 2),
                lines=(line,),
            )
            return perform(CreateInvoice(actor=self.actor, change_id=uuid.uuid4(), invoice=draft))

        return Pair(lambda: create("first"), lambda: create("second"))

    def invoice_order(self) -> Pair:
        billed = Order.objects.exclude(company_id=None).filter(status_code__gt=0).order_by("-api_id")
        order = next(each for each in billed if not each.raw.get("invoiceId"))

        def invoice() -> Change:
            return perform(InvoiceOrder(actor=self.actor, change_id=uuid.uuid4(), order_id=order.api_id))

        return Pair(invoice, invoice)

    def edit_invoice(self) -> Pair:
        seen = self.seen_invoice()

        def edit(number: str) -> Change:
            wanted = {**seen, "po_number": number}
            return perform(
                EditInvoice(
                    actor=self.actor,
                    change_id=uuid.uuid4(),
                    invoice_id=self.invoice.api_id,
                    seen=seen,
                    wanted=wanted,
                )
            )

        return Pair(lambda: edit("first"), lambda: edit("second"))

    def delete_invoice(self) -> Pair:
        seen = self.seen_invoice()

        def delete() -> Change:
            return perform(
                DeleteInvoice(
                    actor=self.actor,
                    change_id=uuid.uuid4(),
                    invoice_id=self.invoice.api_id,
                    seen=seen,
                    reason="Made twice",
                )
            )

        return Pair(delete, delete)

    def edit_order(self) -> Pair:
        newest = Order.objects.exclude(company_id=None).order_by("-api_id")[0]
        order = refresh_order(self.actor.store, newest.api_id)

        def edit(number: str) -> Change:
            return perform(
                EditOrder(
                    actor=self.actor,
                    change_id=uuid.uuid4(),
                    order_id=order.api_id,
                    po_number=number,
                    extra_fields={},
                    shown_at=order.updated_at,
                )
            )

        return Pair(lambda: edit("first"), lambda: edit("second"))

    def record_order(self) -> Pair:
        buyer = self.buyer()
        placed = self.sandbox.control("POST", "place-order", {"customerId": buyer.customer_id})

        def record(number: str) -> Change:
            return perform(
                RecordOrder(
                    actor=self.actor,
                    change_id=uuid.uuid4(),
                    order_id=placed["bcOrderId"],
                    customer_id=buyer.customer_id,
                    po_number=number,
                    extra_fields={},
                )
            )

        return Pair(lambda: record("first"), lambda: record("second"))

    def convert_orders(self) -> Pair:
        buyer = self.private_orders()
        seen = belonging(self.actor, buyer)

        def convert() -> Change:
            return perform(
                ConvertOrders(
                    actor=self.actor,
                    change_id=uuid.uuid4(),
                    customer_id=buyer.customer_id,
                    seen=seen,
                )
            )

        return Pair(convert, convert)

    def reassign_orders(self) -> Pair:
        buyer = self.private_orders()
        seen = belonging(self.actor, buyer)
        groups = [each.raw["bcGroupId"] for each in Company.objects.order_by("api_id")[:2]]

        def reassign(group_id: int) -> Change:
            return perform(
                ReassignOrders(
                    actor=self.actor,
                    change_id=uuid.uuid4(),
                    customer_id=buyer.customer_id,
                    group_id=group_id,
                    seen=seen,
                )
            )

        return Pair(lambda: reassign(groups[0]), lambda: reassign(groups[1]))

    def switch_methods(self) -> Pair:
        held = CompanyMethod.objects.filter(company_id=self.company.api_id).order_by("code")[:2]
        seen = {each.code: each.is_enabled for each in held}
        code = next(iter(seen))

        def switch(codes: list[str]) -> Change:
            was = {each: seen[each] for each in codes}
            wanted = {each: not on for each, on in was.items()}
            return perform(
                SwitchMethods(
                    actor=self.actor,
                    change_id=uuid.uuid4(),
                    company_id=self.company.api_id,
                    wanted=wanted,
                    seen=was,
                )
            )

        return Pair(lambda: switch([code]), lambda: switch(list(seen)))

    def seen_invoice(self) -> dict[str, Any]:
        invoice = read_afresh(self.actor, self.invoice.api_id)
        return values_of(invoice, self.actor.store.zone)

    def buyer(self) -> Buyer:
        return Buyer.objects.exclude(customer_id=None).exclude(company_id=None).order_by("api_id")[0]

    def private_orders(self) -> Buyer:
        buyer = self.buyer()
        self.sandbox.control("POST", "place-order", {"customerId": buyer.customer_id})
        self.sandbox.control("PUT", "clock", {"advance": 15})
        return buyer


@pytest.fixture
def two(request, admin, sandbox, company, open_invoices):
    """Two filled forms of the verb."""

    def two(verb: Verb) -> Pair:
        table = Table(admin, sandbox, company, open_invoices, request.getfixturevalue)
        pair = getattr(table, verb.value.replace(" ", "_"))()
        sandbox.control("DELETE", "requests")
        return pair

    return two


def told(ask: Callable[[], Change]) -> str:
    """ "" for what was done, else the words in which it was refused."""
    try:
        change = ask()
    except Invalid as refused:
        return str(refused)
    assert change.state in (State.APPLIED, State.REFUSED)
    return change.error


def stands(change: Change) -> bool:
    """Whether the store still has what the change did."""
    if change.verb in GIVING:
        # There is no look at the store for it; nobody else has given any away.
        return len(Change.objects.filter(verb__in=GIVING).exclude(state=State.REFUSED)) == 1
    return bool(
        changes.handlers[change.verb].look_up(client_for(change.store), change).outcome == LookupOutcome.DONE
    )


@pytest.mark.parametrize("verb", Verb)
def test_the_other_is_faster_between_the_look_and_the_lock(verb, two, monkeypatch):
    """The first has read the store and found all well. Before it locks the company, the second comes and goes."""
    pair, faster = two(verb), []

    def atomic(*how: Any, **more: Any) -> Any:
        monkeypatch.setattr(verb_module, "transaction", transaction)
        faster.append(told(pair.second))
        return transaction.atomic(*how, **more)

    monkeypatch.setattr(verb_module, "transaction", SimpleNamespace(atomic=atomic))
    slower = told(pair.first)
    assert faster == [""]
    assert slower
    assert stands(Change.objects.get(verb=verb, state=State.APPLIED))


@pytest.mark.parametrize("verb", Verb)
def test_while_the_first_is_being_confirmed(verb, two, sandbox):
    """It was done, but the answer was lost: nobody knows yet what the second would find."""
    pair = two(verb)
    for method in ("POST", "PUT", "DELETE"):
        sandbox.fault("drop_after", method=method)
    assert pair.first().state == State.UNKNOWN
    assert told(pair.second)
    assert len(sandbox.writes()) == 1


@pytest.mark.parametrize("verb", Verb)
def test_a_double_click_is_one_change(verb, two, monkeypatch, sandbox):
    """The second click overtakes the first between its look and its lock."""
    pair, clicks, change_id = two(verb), [], uuid.uuid4()

    def atomic(*how: Any, **more: Any) -> Any:
        monkeypatch.setattr(verb_module, "transaction", transaction)
        clicks.append(pair.first())
        return transaction.atomic(*how, **more)

    monkeypatch.setattr(verb_module, "transaction", SimpleNamespace(atomic=atomic))
    monkeypatch.setattr(uuid, "uuid4", lambda: change_id)
    clicks.append(pair.first())
    assert [(each.pk, each.state) for each in clicks] == [(change_id, State.APPLIED)] * 2
    assert len(sandbox.writes()) == 1
