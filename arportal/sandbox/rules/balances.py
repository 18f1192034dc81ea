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


def apply(payment: Payment) -> None:
    """Subtract every line from its invoice; the rest is open in part (rule 2)."""
    payment.applied = 1
    payment.save()
    for invoice, amount in _amounts(payment):
        invoice.open -= amount
        invoice.status = PARTIAL
        settle(invoice)
        invoice.touch()


def unapply(payment: Payment) -> None:
    """Give every line back to its invoice."""
    payment.applied = 0
    payment.save()
    for invoice, amount in _amounts(payment):
        invoice.open += amount
        invoice.status = PARTIAL if _has_money(invoice) else OPEN
        settle(invoice)
        invoice.touch()


def _amounts(payment: Payment) -> list[tuple[Invoice, int]]:
    """One sum per invoice that still exists."""
    sums: dict[int, int] = {}
    for line in payment.lines.all():
        sums[line.invoice_id] = sums.get(line.invoice_id, 0) + line.amount
    return [(invoice, sums[invoice.pk]) for invoice in Invoice.objects.filter(pk__in=sums)]


def _has_money(invoice: Invoice) -> bool:
    return invoice.open < invoice.original or _lines_on(invoice).filter(payment__applied=1).exists()


def _lines_on(invoice: Invoice) -> QuerySet[PaymentLine]:
    return PaymentLine.objects.filter(invoice_id=invoice.pk)


def refresh_pending(invoice_ids: Iterable[int]) -> None:
    """Rule 5: how many payments on the invoice are not settled yet."""
    for invoice in Invoice.objects.filter(pk__in=list(invoice_ids)):
        unsettled = _lines_on(invoice).filter(payment__processing_status__in=UNSETTLED)
        pending = unsettled.values("payment").distinct().count()
        if pending != invoice.pending:
            invoice.pending = pending
            invoice.touch()
