"""What the document of a receipt, or of a payment, says: who paid, how, and for which invoices."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from arportal.b2b import Money, ProcessingStatus
from arportal.documents.figures import amount, calendar_day, day, figure
from arportal.documents.letterheads import Letterhead
from arportal.documents.parts import Party, Sum, company_lines
from arportal.mirror.models import Company, Payment, PaymentLine, Receipt, ReceiptLine
from arportal.receivables.models import PaymentRecord

REFUND = "refund"
OFFLINE = "offline"


@dataclass(frozen=True)
class ReceiptView:
    """All text is as people read it and none of it is trusted. `lines`: invoice number and figure."""

    title: str
    number: str
    parties: tuple[Party, ...]
    facts: tuple[tuple[str, str], ...]
    currency: str
    lines: tuple[tuple[str, str], ...]
    sums: tuple[Sum, ...]
    stamp: str = ""


def receipt_view(
    receipt: Receipt,
    lines: Iterable[ReceiptLine],
    company: Company | None,
    letterhead: Letterhead,
    record: PaymentRecord | None,
) -> ReceiptView:
    """`record`: how the payment arrived, where our own staff recorded it; the store only says "Offline"."""
    is_refund = receipt.transaction_type.lower().startswith(REFUND)
    moment = receipt.created_at
    return ReceiptView(
        title=_("Refund receipt") if is_refund else _("Receipt"),
        number=str(receipt.api_id),
        parties=_parties(_("Refunded to") if is_refund else _("Received from"), company, receipt.payer_name),
        facts=_said(
            (_("Date"), day(moment, letterhead.zone) if moment else ""),
            (_("Paid by"), _way(receipt.payment_type, record)),
            (_("Reference"), receipt.reference_number),
            (_("Payment"), "" if receipt.payment_id is None else str(receipt.payment_id)),
        ),
        currency=receipt.currency,
        lines=_lines(lines, receipt.currency),
        sums=_total(_("Refunded") if is_refund else _("Received"), Money(receipt.total, receipt.currency)),
    )


def payment_view(
    payment: Payment,
    lines: Iterable[PaymentLine],
    company: Company | None,
    letterhead: Letterhead,
    record: PaymentRecord | None,
) -> ReceiptView:
    """`record` as above. The memo is for the house and not printed."""
    noted = day(payment.created_at, letterhead.zone) if payment.created_at else ""
    return ReceiptView(
        title=_("Payment receipt"),
        number=str(payment.api_id),
        parties=_parties(_("Received from"), company, payment.payer_name),
        facts=_said(
            (_("Received"), calendar_day(record.received_on) if record else noted),
            (_("Paid by"), _way(OFFLINE, record)),
            (_("Reference"), record.reference if record else ""),
        ),
        currency=payment.currency,
        lines=_lines(lines, payment.currency),
        sums=_total(_("Received"), payment.total_money),
        stamp=_stamp(payment.processing_status),
    )


def _way(payment_type: str, record: PaymentRecord | None) -> str:
    if payment_type.lower() != OFFLINE:
        return payment_type
    return record.get_method_display() if record else ""


def _stamp(status: int) -> str:
    match status:
        case ProcessingStatus.AWAITING_PROCESSING:
            return _("This payment is noted and awaits processing; it counts as paid when that is done.")
        case ProcessingStatus.PROCESSING:
            return _("This payment is being processed; it counts as paid when that is done.")
        case ProcessingStatus.REFUNDED:
            return _("This payment was refunded.")
    return ""


def _parties(title: str, company: Company | None, payer: str) -> tuple[Party, ...]:
    name = company.name if company else ""
    lines = dict.fromkeys((name, payer, *(company_lines(company.raw) if company else ())))
    found = tuple(filter(None, lines))
    return (Party(title, found),) if found else ()


def _said(*facts: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((label, words) for label, words in facts if words)


def _lines(lines: Iterable[PaymentLine | ReceiptLine], currency: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (line.invoice_number or str(line.invoice_id), amount(Money(line.amount, line.currency), currency))
        for line in lines
    )


def _total(label: str, total: Money) -> tuple[Sum, ...]:
    words = _("%(label)s (%(currency)s)") % {"label": label, "currency": total.currency}
    return (Sum(words, figure(total), is_result=True),)
