"""The text of a receipt's document, or a payment's: who paid, how, and for which invoices."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from arportal.b2b import Money, ProcessingStatus
from arportal.documents.branding.letterheads import Letterhead
from arportal.documents.figures import amount, calendar_day, day, figure
from arportal.documents.parts import Party, Sum, company_lines
from arportal.mirror.models import Company, Payment, PaymentLine, Receipt, ReceiptLine
from arportal.receivables.models import PaymentRecord
from arportal.receivables.payments.statuses import PAYMENT_WORDS, payment_words

OFFLINE = "offline"
# Whether a payment of this status lowers balances, where that goes without saying.
EXPECTED: dict[int, bool] = {ProcessingStatus.COMPLETED: True, ProcessingStatus.REFUNDED: False}


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
    moment = receipt.created_at
    party = _("Refunded to") if receipt.is_refund else _("Received from")
    return ReceiptView(
        title=_("Refund receipt") if receipt.is_refund else _("Receipt"),
        number=str(receipt.api_id),
        parties=_parties(party, company, receipt.payer_name),
        facts=_said(
            (_("Date"), day(moment, letterhead.zone) if moment else ""),
            (_("Paid by"), _way(receipt.payment_type, record)),
            (_("Reference"), receipt.reference_number),
            (_("Payment"), "" if receipt.payment_id is None else str(receipt.payment_id)),
        ),
        currency=receipt.currency,
        # Those of a refund too are above zero: the document's title says which way the money went.
        lines=tuple(
            _line(line, -line.net_money if line.is_refund else line.net_money, receipt.currency)
            for line in lines
        ),
        sums=_total(_("Refunded"), -receipt.net_money)
        if receipt.is_refund
        else _total(_("Received"), receipt.net_money),
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
        lines=tuple(_line(line, line.money, payment.currency) for line in lines),
        sums=_total(_("Received"), payment.total_money),
        stamp=_stamp(payment),
    )


def _way(payment_type: str, record: PaymentRecord | None) -> str:
    if payment_type.lower() != OFFLINE:
        return payment_type
    return record.get_method_display() if record else ""


def _stamp(payment: Payment) -> str:
    """One sentence on its status and one on balances, each where a reader would not expect it to be so.

    Most stores let a payment lower balances long before it is completed.
    """
    status = payment.processing_status
    sentences = []
    if status == ProcessingStatus.REFUNDED:
        sentences.append(_("This payment was refunded."))
    elif status != ProcessingStatus.COMPLETED and status in PAYMENT_WORDS:
        sentences.append(_("Status of this payment: %(status)s.") % {"status": payment_words(status)})
    if EXPECTED.get(status) is not payment.counts:
        if payment.counts:
            sentences.append(_("The balances of its invoices are reduced by its amount."))
        else:
            sentences.append(_("The balances of its invoices are not reduced by its amount."))
    return " ".join(sentences)


def _parties(title: str, company: Company | None, payer: str) -> tuple[Party, ...]:
    name = company.name if company else ""
    lines = dict.fromkeys((name, payer, *(company_lines(company.raw) if company else ())))
    known = tuple(filter(None, lines))
    return (Party(title, known),) if known else ()


def _said(*facts: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((label, words) for label, words in facts if words)


def _line(line: PaymentLine | ReceiptLine, money: Money, currency: str) -> tuple[str, str]:
    return line.invoice_number or str(line.invoice_id), amount(money, currency)


def _total(label: str, total: Money) -> tuple[Sum, ...]:
    words = _("%(label)s (%(currency)s)") % {"label": label, "currency": total.currency}
    return (Sum(words, figure(total), is_result=True),)
