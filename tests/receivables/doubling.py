"""Payments recorded here, and again at the store behind our back."""

import datetime as dt
import uuid
from decimal import Decimal

from arportal.mirror.models import Invoice
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.models import Change
from arportal.receivables.payments.record_payment import OfflinePayment
from arportal.stores.models import Membership
from tests.sandbox_server import Sandbox
from tests.verbs import record_payment


def recorded_at_the_store(actor: Membership, invoice: Invoice, amount: Decimal) -> Change:
    payment = OfflinePayment(
        company_id=invoice.company_id,
        currency=invoice.currency,
        allocations=(Allocation(invoice.api_id, amount),),
        payer_name="Payer",
        reference="CHQ 1",
        received_on=dt.date(2026, 11, 2),
        memo="",
    )
    return record_payment(actor, uuid.uuid4(), payment)


def again_at_the_store(sandbox: Sandbox, change: Change, **other) -> int:
    """The store does again what the Change asked for; the number of the new payment."""
    made: int = sandbox.post("/ip/payments/offline", body_of(sandbox, change) | other)["paymentId"]
    return made


def body_of(sandbox: Sandbox, change: Change) -> dict:
    theirs = sandbox.get(f"/ip/payments/{change.target_id}")
    lines = [
        {"invoiceId": each["invoiceId"], "amount": each["amount"]["value"]} for each in theirs["lineItems"]
    ]
    kept = {
        name: theirs[name]
        for name in ("customerId", "externalId", "details", "processingStatus", "payerName")
    }
    return kept | {"lineItems": lines, "currency": theirs["total"]["code"]}
