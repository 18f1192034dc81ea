"""Recording offline payments: cheques, transfers, cash."""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.b2b import Client, OfflineLine, ProcessingStatus
from arportal.mirror.api.refresh import refresh_invoices
from arportal.mirror.models import Invoice
from arportal.receivables.allocation.allocations import Allocation, check_allocations, open_amounts
from arportal.receivables.allocation.duplicates import likely_duplicates
from arportal.receivables.changes import changes
from arportal.receivables.changes.changes import Conflict, LookupResult
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.models import Change, PaymentRecord
from arportal.receivables.payments.payments import mirror_payment
from arportal.receivables.payments.previews import RecordedLine, preview_recording
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership

RECORDABLE = (ProcessingStatus.AWAITING_PROCESSING, ProcessingStatus.PROCESSING, ProcessingStatus.COMPLETED)


@dataclass(frozen=True, kw_only=True)
class OfflinePayment:
    """A cheque, transfer or cash received: one company, one currency, any number of its invoices.

    `received_on` is the value date. What the API has no field for (method, reference, value date) stays here.
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

    @property
    def total(self) -> Decimal:
        return sum((each.amount for each in self.allocations), Decimal(0))

    def as_payload(self) -> dict[str, Any]:
        lines = [{"invoice_id": each.invoice_id, "amount": str(each.amount)} for each in self.allocations]
        return {
            **{"currency": self.currency, "lines": lines, "payer_name": self.payer_name},
            **{"reference": self.reference, "received_on": self.received_on.isoformat()},
            **{"memo": self.memo, "status": int(self.status), "method": self.method.value},
        }


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """What the person was warned of and wants all the same. `duplicates` are the keys of the likely duplicates
    they were shown; None when nobody looks for any, as for a machine that counts its payments itself."""

    overpayment: bool = False
    duplicates: frozenset[str] | None = None


NOTHING = Accepted()


def record_offline(
    actor: Membership, change_id: uuid.UUID, payment: OfflinePayment, accepted: Accepted = NOTHING
) -> Change:
    """Records the payment at the store (POST /ip/payments/offline), once per `change_id`. Above the store's
    limit it is not sent yet, but waits for a second person.

    Raises NotAllowed, or Invalid with the fields `amount-<invoice id>`, `received_on`, `status`, "", or, where
    a warning was not accepted, `overpayment` and `duplicates`.
    """
    require(actor, Permission.RECORD_PAYMENT, company_id=payment.company_id)
    with transaction.atomic():
        changes.lock_company(actor.store_id, payment.company_id)
        change = changes.existing(
            *(actor, change_id, Change.Verb.RECORD_PAYMENT),
            company_id=payment.company_id,
            payload=payment.as_payload(),
        ) or _ask_to_record(actor, change_id, payment, accepted)
    return changes.execute(change)


def check(actor: Membership, payment: OfflinePayment) -> None:
    """Raises Invalid for what cannot be recorded, whatever is said to the warnings."""
    overpay = actor.store.allow_overpayment
    problems = check_allocations(
        actor, payment.company_id, payment.currency, payment.allocations, overpay=overpay
    )
    if payment.received_on > actor.store.today(timezone.now()):
        problems["received_on"] = [_("This date is in the future.")]
    if payment.status not in RECORDABLE:
        problems.setdefault("status", []).append(_("A payment cannot be recorded with this status."))
    if problems:
        raise Invalid(problems)


def memo_of(change_id: uuid.UUID, reference: str, memo: str) -> str:
    """What the buyer and the receipt show: the reference, the memo, and a mark that leads back to us."""
    return " · ".join(part for part in (reference, memo, f"[{change_id.hex[:8]}]") if part)


def _ask_to_record(
    actor: Membership, change_id: uuid.UUID, payment: OfflinePayment, accepted: Accepted
) -> Change:
    check(actor, payment)
    lines = preview_recording(actor, payment.company_id, payment.allocations)
    duplicates = _heed_warnings(actor, change_id, payment, accepted, lines)
    change = changes.ask(
        *(actor, change_id, Change.Verb.RECORD_PAYMENT),
        company_id=payment.company_id,
        payload=payment.as_payload(),
        amount=payment.total,
        currency=payment.currency,
        before={
            "open": {str(each.invoice.api_id): str(each.before.amount) for each in lines},
            "duplicates": duplicates,
        },
        after={"open": {str(each.invoice.api_id): str(each.after.amount) for each in lines}},
    )
    noted = {"reference": payment.reference, "received_on": payment.received_on, "method": payment.method}
    PaymentRecord.objects.create(change=change, **noted)
    return change


def _heed_warnings(
    actor: Membership,
    change_id: uuid.UUID,
    payment: OfflinePayment,
    accepted: Accepted,
    lines: list[RecordedLine],
) -> list[str]:
    """Raises Invalid for what was not accepted; else the keys of the likely duplicates that were."""
    reasons: dict[str, list[str]] = {}
    if not accepted.overpayment and any(each.credit for each in lines):
        reasons["overpayment"] = [_("This pays more than is open. Tick the box if that is intended.")]
    seen = accepted.duplicates
    found = [] if seen is None else [each.key for each in likely_duplicates(actor, payment, change_id)]
    if not set(found) <= (seen or set()):
        reasons["duplicates"] = [
            _("This payment may already be recorded. Tick the box if it is a different payment.")
        ]
    if reasons:
        raise Invalid(reasons)
    return found


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
            external_id=str(change.pk),
            payer_name=asked["payer_name"] or None,
            processing_status=ProcessingStatus(asked["status"]),
        )

    def look_up(self, client: Client, change: Change) -> LookupResult:
        found = client.payments.with_external_id(str(change.pk)).first()
        return (
            LookupResult(LookupOutcome.DONE, found.payment_id)
            if found
            else LookupResult(LookupOutcome.NOT_DONE)
        )

    def read_back(self, change: Change) -> None:
        mirror_payment(change)


def _check_still_open(change: Change) -> None:
    """Compares before it is sent: it may have waited for days. Raises Conflict when what was shown as
    open no longer is."""
    asked = {line["invoice_id"]: Decimal(line["amount"]) for line in change.payload["lines"]}
    refresh_invoices(change.store, asked)
    invoices = Invoice.objects.visible_to(change.actor).filter(company_id=change.company_id)
    left = open_amounts(change.actor, invoices.defer("raw").by_api_id(asked).values())
    for invoice_id, amount in asked.items():
        # The change itself is on its way, and must not stand in its own light.
        now = left.get(invoice_id, -amount) + amount
        if amount > now and now < Decimal(change.before["open"][str(invoice_id)]):
            raise Conflict(_("Less is open now than when this was requested: record it again."))


changes.handlers[Change.Verb.RECORD_PAYMENT] = _Recording()
