"""What is read back of a payment that was recorded or moved."""

from arportal.mirror.api.refresh import refresh_invoices, refresh_payment
from arportal.mirror.models import PaymentLine
from arportal.receivables.models import Change


def mirror_payment(change: Change) -> None:
    """Reads back the payment and the invoices on its lines."""
    refresh_payment(change.store, change.target)
    lines = PaymentLine.objects.filter(store=change.store, payment_id=change.target)
    refresh_invoices(change.store, lines.values_list("invoice_id", flat=True))
