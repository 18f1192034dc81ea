"""Recording offline payments: cheques, transfers, cash."""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.b2b import OfflineLine, ProcessingStatus
from arportal.mirror.connections import client_for
from arportal.receivables import changes
from arportal.receivables.allocations import Allocation, check_allocations
from arportal.receivables.changes import Finding
from arportal.receivables.deciding import Fate
from arportal.receivables.errors import Invalid
from arportal.receivables.models import Change, PaymentRecord
from arportal.receivables.payments import mirror_payment
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership

RECORDABLE = (ProcessingStatus.AWAITING_PROCESSING, ProcessingStatus.PROCESSING, ProcessingStatus.COMPLETED)


@dataclass(frozen=True, kw_only=True)
class OfflinePayment:
    """A cheque, transfer or cash received: one company, one currency, any number of its invoices."""

    company_id: int
    currency: str
    allocations: tuple[Allocation, ...]
    payer_name: str
    reference: str
    received_on: dt.date
    memo: str
    status: ProcessingStatus = ProcessingStatus.AWAITING_PROCESSING

    def as_payload(self) -> dict[str, Any]:
        lines = [{"invoice_id": each.invoice_id, "amount": str(each.amount)} for each in self.allocations]
        return {
            **{"currency": self.currency, "lines": lines, "payer_name": self.payer_name},
            **{"reference": self.reference, "received_on": self.received_on.isoformat()},
            **{"memo": self.memo, "status": int(self.status)},
        }


def record_offline(actor: Membership, change_id: uuid.UUID, payment: OfflinePayment) -> Change:
    """Records the payment at the store (POST /ip/payments/offline), once per `change_id`.

    Raises NotAllowed, or Invalid with the fields `amount-<invoice id>`, `received_on`, `status` and "".
    """
    require(actor, Permission.RECORD_PAYMENT, company_id=payment.company_id)
    with transaction.atomic():
        changes.lock_company(actor.store_id, payment.company_id)
        change = changes.existing(
            *(actor, change_id, Change.Verb.RECORD_PAYMENT),
            company_id=payment.company_id,
            payload=payment.as_payload(),
        ) or _ask_to_record(actor, change_id, payment)
    return changes.carry_out(change)


def _ask_to_record(actor: Membership, change_id: uuid.UUID, payment: OfflinePayment) -> Change:
    _check(actor, payment)
    change = changes.ask(
        *(actor, change_id, Change.Verb.RECORD_PAYMENT),
        company_id=payment.company_id,
        payload=payment.as_payload(),
    )
    PaymentRecord.objects.create(change=change, reference=payment.reference, received_on=payment.received_on)
    return change


def _check(actor: Membership, payment: OfflinePayment) -> None:
    problems = check_allocations(actor, payment.company_id, payment.currency, payment.allocations)
    if payment.received_on > actor.store.today(timezone.now()):
        problems["received_on"] = [_("This day has not come yet.")]
    if payment.status not in RECORDABLE:
        problems.setdefault("status", []).append(_("A payment cannot be recorded with this status."))
    if problems:
        raise Invalid(problems)


class _Recording:
    def send(self, change: Change) -> int:
        asked = change.payload
        return client_for(change.store).payments.create_offline(
            company_id=change.company_id,
            currency=asked["currency"],
            lines=[OfflineLine(line["invoice_id"], Decimal(line["amount"])) for line in asked["lines"]],
            memo=_memo(change),
            external_id=str(change.pk),
            payer_name=asked["payer_name"] or None,
            processing_status=ProcessingStatus(asked["status"]),
        )

    def look_up(self, change: Change) -> Finding:
        found = client_for(change.store).payments.with_external_id(str(change.pk)).first()
        return Finding(Fate.DONE, found.payment_id) if found else Finding(Fate.NOT_DONE)

    def mirror(self, change: Change) -> None:
        mirror_payment(change)


def _memo(change: Change) -> str:
    """What the buyer and the receipt show: the reference, the memo, and a mark that leads back to us."""
    parts = (change.payload["reference"], change.payload["memo"], f"[{change.pk.hex[:8]}]")
    return " · ".join(part for part in parts if part)


changes.carriers[Change.Verb.RECORD_PAYMENT] = _Recording()
