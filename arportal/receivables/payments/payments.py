"""The parts that all Changes of a payment share: which payment it is, and what is read back afterwards."""

from arportal.mirror.api.refresh import refresh_invoices, refresh_payment
from arportal.mirror.models import PaymentLine
from arportal.receivables.models import Change


def target(change: Change) -> int:
    """The payment that the Change is about."""
    if change.target_id is None:
        raise ValueError(f"Change {change.pk} names no payment.")
    return change.target_id


def mirror_payment(change: Change) -> None:
    """Reads back the payment and the invoices on its lines."""
    refresh_payment(change.store, target(change))
    lines = PaymentLine.objects.filter(store=change.store, payment_id=target(change))
    refresh_invoices(change.store, lines.values_list("invoice_id", flat=True))
