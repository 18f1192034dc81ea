"""Open balances and statuses of invoices (rules 1, 2, 5, 7)."""

from collections.abc import Iterable

from django.db.models import QuerySet

from arportal.sandbox.models import Invoice, Payment, PaymentLine

OPEN, PARTIAL, PAID = 0, 1, 2
UNSETTLED = (0, 1, 2)  # processing statuses that leave a payment pending


def settle(invoice: Invoice) -> None:
    """Rule 1: nothing left to pay means paid, whatever was said about the status."""
    if invoice.open <= 0:
        invoice.status = PAID


def subtract(invoice: Invoice, amount: int) -> None:
    """Rule 2: an invoice is open in part after a payment, unless nothing is left."""
    invoice.open -= amount
    invoice.status = PARTIAL
    settle(invoice)


def apply(payment: Payment) -> None:
    """Subtract every line from its invoice."""
    payment.applied = 1
    payment.save()
    for invoice, amount in _amounts(payment):
        subtract(invoice, amount)
        invoice.touch()


def unapply(payment: Payment) -> None:
    """Give every line back to its invoice."""
    payment.applied = 0
    payment.save()
    for invoice, amount in _amounts(payment):
        invoice.open += amount
        has_money = invoice.open < invoice.original or _lines_on(invoice).filter(payment__applied=1).exists()
        invoice.status = PARTIAL if has_money else OPEN
        settle(invoice)
        invoice.touch()


def _amounts(payment: Payment) -> list[tuple[Invoice, int]]:
    """One sum per invoice that still exists."""
    sums: dict[int, int] = {}
    for line in payment.lines.all():
        sums[line.invoice_id] = sums.get(line.invoice_id, 0) + line.amount
    return [(invoice, sums[invoice.pk]) for invoice in Invoice.objects.filter(pk__in=sums)]


def _lines_on(invoice: Invoice) -> QuerySet[PaymentLine]:
    return PaymentLine.objects.filter(invoice_id=invoice.pk)


def refresh_pending(invoice_ids: Iterable[int]) -> None:
    """Count anew the payments on each invoice that are not settled yet (rule 5)."""
    for invoice in Invoice.objects.filter(pk__in=list(invoice_ids)):
        unsettled = _lines_on(invoice).filter(payment__processing_status__in=UNSETTLED)
        pending = unsettled.values("payment").distinct().count()
        if pending != invoice.pending:
            invoice.pending = pending
            invoice.touch()
