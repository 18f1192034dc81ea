"""Forms of verbs, filled and sent as many tests need them."""

import uuid

from arportal.b2b import ProcessingStatus
from arportal.receivables.changes.verb import perform
from arportal.receivables.models import Change
from arportal.receivables.payments.record_payment import NOTHING, Accepted, OfflinePayment, RecordPayment
from arportal.receivables.payments.set_status import SetStatus
from arportal.receivables.payments.versions import Version
from arportal.stores.models import Membership


def set_status(
    actor: Membership,
    change_id: uuid.UUID,
    payment_id: int,
    status: int,
    *,
    seen: Version | None = None,
) -> Change:
    return perform(
        SetStatus(
            actor=actor,
            change_id=change_id,
            payment_id=payment_id,
            status=ProcessingStatus(status),
            seen=seen,
        )
    )


def record_payment(
    actor: Membership, change_id: uuid.UUID, payment: OfflinePayment, accepted: Accepted = NOTHING
) -> Change:
    return perform(RecordPayment(actor=actor, change_id=change_id, payment=payment, accepted=accepted))
