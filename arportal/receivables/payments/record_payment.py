"""Recording an offline payment: a cheque, a transfer, cash."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.b2b import Client, Money, OfflineLine, ProcessingStatus
from arportal.mirror.api.refresh import refresh_invoices
from arportal.mirror.models import Company, Invoice
from arportal.receivables.allocation.allocations import Allocation, check_allocations, open_amounts
from arportal.receivables.allocation.duplicates import Duplicate, likely_duplicates
from arportal.receivables.allocation.on_the_way import being_moved
from arportal.receivables.bank import uses
from arportal.receivables.changes.draft import Content, Draft
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.excluding import in_the_way
from arportal.receivables.changes.execution import LookupResult
from arportal.receivables.changes.periods import closed_days
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.changes.verb import About, Verb
from arportal.receivables.models import Change, PaymentRecord
from arportal.receivables.on_account.keeping import not_on_account, use_for
from arportal.receivables.payments.payments import mirror_payment
from arportal.receivables.payments.previews import RecordedLine, preview_line
from arportal.stores.access import Permission

RECORDABLE = (ProcessingStatus.AWAITING_PROCESSING, ProcessingStatus.PROCESSING, ProcessingStatus.COMPLETED)


@dataclass(frozen=True, kw_only=True)
class OfflinePayment:
    """A cheque, transfer or cash received: one company, one currency, any number of its invoices.

    `received_on` is the value date. What the API has no field for (method, reference, value date) stays here.
    `on_account`: the money on account that it is taken from (`OnAccount`); None for what has just come in.
    `bank_line`: the line of a bank statement that it is (`BankLine`), or a part of it.
    """

    company_id: int
    currency: str
    allocations: tuple[Allocation, ...]
    payer_name: str
    reference: str
    received_on: dt.date
    memo: str
    status: ProcessingStatus = ProcessingStatus.AWAITING_PROCESSING
    method: PaymentRecord.Method = PaymentRecord.Method.OTHER
    on_account: int | None = None
    bank_line: int | None = None

    @property
    def total(self) -> Decimal:
        return sum((each.amount for each in self.allocations), Decimal(0))

    def as_payload(self) -> dict[str, Any]:
        taken = {"on_account": self.on_account, "bank_line": self.bank_line}
        return {name: row for name, row in taken.items() if row is not None} | {
            "currency": self.currency,
            "lines": [
                {"invoice_id": each.invoice_id, "amount": str(each.amount)} for each in self.allocations
            ],
            "payer_name": self.payer_name,
            "reference": self.reference,
            "received_on": self.received_on.isoformat(),
            "memo": self.memo,
            "status": int(self.status),
            "method": self.method.value,
        }


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """Warnings that the person was shown and goes on in spite of. `duplicates` are the keys of the likely duplicates
    they saw; None when nobody looks for any, as for a machine that counts its payments itself."""

    overpayment: bool = False
    duplicates: frozenset[str] | None = None


NOTHING = Accepted()


def memo_of(change_id: uuid.UUID, reference: str, memo: str) -> str:
    """The memo that buyer and receipt show: the reference, what was typed, and a mark that leads back to us."""
    return " · ".join(part for part in (reference, memo, f"[{change_id.hex[:8]}]") if part)


class _Recording:
    def send(self, client: Client, change: Change) -> int:
        if change.is_unattended:
            _check_still_open(change)
        asked = change.payload
        return client.payments.create_offline(
            company_id=change.company_id,
            currency=asked["currency"],
            lines=[OfflineLine(line["invoice_id"], Decimal(line["amount"])) for line in asked["lines"]],
            memo=memo_of(change.pk, asked["reference"], asked["memo"]),
            # By this it is found again when the answer was lost.
            external_id=str(change.pk),
            payer_name=asked["payer_name"] or None,
            processing_status=ProcessingStatus(asked["status"]),
        )

    def look_up(self, client: Client, change: Change) -> LookupResult:
        payment = client.payments.with_external_id(str(change.pk)).first()
        if payment is None:
            return LookupResult(LookupOutcome.NOT_DONE)
        return LookupResult(LookupOutcome.DONE, payment.payment_id)

    def read_back(self, change: Change) -> None:
        mirror_payment(change)


def _check_still_open(change: Change) -> None:
    """Raises Conflict when less is open by now than was shown, and less than is asked for: the change may have waited
    for days, for a second person or for room at the store."""
    asked = {line["invoice_id"]: Decimal(line["amount"]) for line in change.payload["lines"]}
    refresh_invoices(change.store, asked)
    invoices = Invoice.objects.visible_to(change.actor).filter(company_id=change.company_id)
    left = open_amounts(change.actor, invoices.defer("raw").by_api_id(asked).values())
    for invoice_id, amount in asked.items():
        # The change itself is on its way, and must not stand in its own light.
        now = left.get(invoice_id, -amount) + amount
        if amount > now and now < Decimal(change.before["open"][str(invoice_id)]):
            raise Conflict(_("Less is open now than when this was requested: record it again."))


@dataclass(kw_only=True)
class RecordPayment(Verb[Company]):
    """Records a payment (POST /ip/payments/offline).

    Invalid names the fields `amount-<invoice id>`, `received_on`, `status`, "" or, where a warning was not accepted,
    `overpayment` and `duplicates`.
    """

    name = Change.Verb.RECORD_PAYMENT
    about = About.PAYMENT
    handler = _Recording()

    payment: OfflinePayment
    accepted: Accepted = NOTHING
    # Of a list of payments: the others on it are no duplicates of this one.
    batch: uuid.UUID | None = None
    # As `refresh` has read them last; empty before.
    lines: list[RecordedLine] = field(default_factory=list, init=False)
    duplicates: list[Duplicate] = field(default_factory=list, init=False)

    def permission(self, row: Company | None = None) -> Permission:
        return Permission.RECORD_PAYMENT

    def content(self) -> Content:
        return {"payload": self.payment.as_payload()}

    def row(self) -> Company:
        return Company.objects.visible_to(self.actor).get(api_id=self.payment.company_id)

    def company_of(self, row: Company) -> int:
        return row.api_id

    @property
    def money(self) -> Money:
        return Money(self.payment.total, self.payment.currency)

    def refresh(self) -> None:
        """Reads from the mirror what is open, and what looks like this payment. Raises Invalid for what cannot be
        recorded, whatever is accepted."""
        payment = self.payment
        store = self.actor.store
        of_company = Invoice.objects.visible_to(self.actor).filter(company_id=payment.company_id)
        invoices = (
            of_company.outstanding().defer("raw").by_api_id(each.invoice_id for each in payment.allocations)
        )
        left = open_amounts(self.actor, invoices.values())
        problems = check_allocations(
            payment.allocations, payment.currency, invoices, left, overpay=store.allow_overpayment
        )
        if payment.received_on > store.today(timezone.now()):
            problems["received_on"] = [_("This date is in the future.")]
        problems |= closed_days(store, {"received_on": payment.received_on})
        if payment.status not in RECORDABLE:
            problems["status"] = [_("A payment cannot be recorded with this status.")]
        for invoice_id, other in being_moved(store, list(invoices)).items():
            problems[f"amount-{invoice_id}"] = [in_the_way(other)]
        if payment.on_account is not None:
            problems |= not_on_account(self.actor, payment.on_account, payment.company_id, self.money)
        if payment.bank_line is not None:
            problems |= uses.not_left(self.actor, payment.bank_line, self.money)
        if problems:
            raise Invalid(problems)
        self.lines = [
            preview_line(invoices[each.invoice_id], left[each.invoice_id], each.amount)
            for each in payment.allocations
        ]
        if self.accepted.duplicates is not None:
            self.duplicates = likely_duplicates(self.actor, payment, self.change_id, self.batch)

    def check(self, row: Company) -> None:
        # Anew, whatever a page has shown before: only with the company locked does what is open stay so.
        self.refresh()
        problems: dict[str, list[str]] = {}
        if not self.accepted.overpayment and any(line.credit for line in self.lines):
            problems["overpayment"] = [_("This pays more than is open. Tick the box if that is intended.")]
        if not {each.key for each in self.duplicates} <= (self.accepted.duplicates or set()):
            problems["duplicates"] = [
                _("This payment may already be recorded. Tick the box if it is a different payment.")
            ]
        if problems:
            raise Invalid(problems)

    def draft(self, row: Company) -> Draft:
        return Draft(
            company_id=row.api_id,
            before={
                "open": {str(line.invoice.api_id): str(line.before.amount) for line in self.lines},
                "duplicates": [each.key for each in self.duplicates],
            },
            after={"open": {str(line.invoice.api_id): str(line.after.amount) for line in self.lines}},
            amount=self.payment.total,
            currency=self.payment.currency,
        )

    def asked(self, change: Change) -> None:
        PaymentRecord.objects.create(
            change=change,
            reference=self.payment.reference,
            received_on=self.payment.received_on,
            method=self.payment.method,
        )
        if self.payment.on_account is not None:
            use_for(change, self.payment.on_account)
        if self.payment.bank_line is not None:
            uses.use_for(change, self.payment.bank_line)
