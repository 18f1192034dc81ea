"""Questions that write: each write is agreed to first, and goes to an invoice made for the purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

from arportal.b2b.errors import B2BError
from arportal.b2b.probe.visit import Question, Visit, outcome
from arportal.b2b.records.offline import OfflineLine
from arportal.b2b.values.enums import InvoiceStatus, ProcessingStatus
from arportal.b2b.values.money import Money

_SETTABLE = tuple(ProcessingStatus)[1:]


class Trial:
    """The writing questions in their order, around one invoice of 500.00 with 100.00 open."""

    def __init__(self, company_id: int, currency: str) -> None:
        self._company_id = company_id
        self._currency = currency
        self._invoice_id = 0
        self._payment_ids: list[int] = []

    def questions(self) -> tuple[Question, ...]:
        return (
            Question(2, "creating an invoice, with and without a channel", self.create),
            Question(3, "the status it gets", self.status_at_birth),
            Question(9, "the due date it gets", self.due_date),
            Question(4, "offline payments in each status", self.pay),
            Question(5, "refunding, then completing again", self.refund_and_back),
            Question(6, "payments that ought to be refused", self.overstep),
            Question(8, "an open balance of 0 with status OPEN", self.contradict),
            Question(7, "deleting from the inside out", self.delete),
        )

    def create(self, visit: Visit) -> Iterator[str]:
        for channel_id in (None, 1):
            if not self._invoice_id:
                name = f"Create an invoice for company {self._company_id}, channel {channel_id}"
                yield from self._tried(visit, name, self._create, visit, channel_id)

    def status_at_birth(self, visit: Visit) -> Iterator[str]:
        yield f"500.00 with 100.00 open, no status sent: {self._standing(visit)}"

    def due_date(self, visit: Visit) -> Iterator[str]:
        if self._invoice_id:
            invoice = visit.client.invoices.get(self._invoice_id)
            yield f"created {invoice.created_at}, due {invoice.due_at}, no due date sent"
            yield f"the company's terms: {outcome(partial(visit.client.credit.terms, self._company_id))}"

    def pay(self, visit: Visit) -> Iterator[str]:
        for status in _SETTABLE:
            yield from self._on_invoice(visit, f"Pay 1.00 offline as {status.name}", self._pay, visit, status)

    def refund_and_back(self, visit: Visit) -> Iterator[str]:
        for status in (ProcessingStatus.REFUNDED, ProcessingStatus.COMPLETED):
            for payment_id in self._payment_ids[:1]:
                name = f"Set payment {payment_id} to {status.name}"
                yield from self._tried(
                    visit, name, visit.client.payments.set_processing_status, payment_id, status
                )

    def overstep(self, visit: Visit) -> Iterator[str]:
        cases: dict[str, dict[str, Any]] = {
            "Pay more than is open": {"amount": Decimal("100000.00")},
            "Pay for another company": {"company_id": self._company_id + 1},
            "Pay in another currency": {"currency": "USD" if self._currency == "JPY" else "JPY"},
            "Pay an invoice that is not there": {"invoice_id": 999_999_999},
        }
        for name, changes in cases.items():
            yield from self._on_invoice(visit, name, self._pay, visit, ProcessingStatus.PROCESSING, **changes)

    def contradict(self, visit: Visit) -> Iterator[str]:
        changes = {"open_balance": Money.zero(self._currency), "status": InvoiceStatus.OPEN}
        update = visit.client.invoices.update
        yield from self._on_invoice(
            visit, "Set open balance 0, status OPEN", update, self._invoice_id, **changes
        )

    def delete(self, visit: Visit) -> Iterator[str]:
        client = visit.client
        line = client.receipts.lines_for_invoice(self._invoice_id).first() if self._invoice_id else None
        if line:
            ids = line.receipt_id, line.line_id
            yield from self._tried(visit, f"Delete receipt line {ids[1]}", client.receipts.delete_line, *ids)
            yield from self._tried(visit, f"Delete receipt {ids[0]}", client.receipts.delete, ids[0])
        kept, others = self._payment_ids[:1], self._payment_ids[1:]
        for payment_id in others:
            yield from self._tried(visit, f"Delete payment {payment_id}", client.payments.delete, payment_id)
        yield from self._on_invoice(visit, "Delete invoice", client.invoices.delete, self._invoice_id)
        for payment_id in kept:
            name = f"Delete payment {payment_id}, its invoice gone"
            yield from self._tried(visit, name, client.payments.delete, payment_id)

    def _tried(
        self, visit: Visit, name: str, act: Callable[..., Any], *args: Any, **more: Any
    ) -> Iterator[str]:
        """One write, if agreed to: what it answered, and how the invoice stands afterwards."""
        if visit.agree(f"{name}?"):
            yield f"{name}: {outcome(partial(act, *args, **more))}; {self._standing(visit)}"

    def _on_invoice(
        self, visit: Visit, name: str, act: Callable[..., Any], *args: Any, **more: Any
    ) -> Iterator[str]:
        if self._invoice_id:
            yield from self._tried(visit, name, act, *args, **more)

    def _create(self, visit: Visit, channel_id: int | None) -> int:
        self._invoice_id = visit.client.invoices.create(
            company_id=self._company_id,
            number=f"PROBE-{uuid4().hex[:8]}",
            original_balance=Money(Decimal("500.00"), self._currency),
            open_balance=Money(Decimal("100.00"), self._currency),
            channel_id=channel_id,
        )
        return self._invoice_id

    def _pay(
        self,
        visit: Visit,
        status: ProcessingStatus,
        *,
        amount: Decimal = Decimal("1.00"),
        company_id: int | None = None,
        currency: str | None = None,
        invoice_id: int | None = None,
    ) -> str:
        payment_id = visit.client.payments.create_offline(
            company_id=company_id or self._company_id,
            currency=currency or self._currency,
            lines=[OfflineLine(invoice_id or self._invoice_id, amount)],
            memo="probe",
            external_id=f"probe-{uuid4().hex}",
            processing_status=status,
        )
        self._payment_ids.append(payment_id)
        return f"payment {payment_id}, {visit.client.payments.get(payment_id).applied_status.name}"

    def _standing(self, visit: Visit) -> str:
        """The invoice now: its balance, its status and its receipt lines."""
        if not self._invoice_id:
            return "no invoice"
        try:
            invoice = visit.client.invoices.get(self._invoice_id)
            lines = [
                f"{line.transaction_type} {line.amount} {line.payment_status.name}"
                for line in visit.client.receipts.lines_for_invoice(self._invoice_id)
            ]
        except B2BError as error:
            return f"the invoice: {type(error).__name__}"
        return f"open {invoice.open_balance}, {invoice.status.name}, receipt lines {lines}"
