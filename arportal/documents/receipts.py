"""PDFs of what was paid: the store's receipts, and payments of which it made none."""

from dataclasses import asdict

from django.utils.translation import gettext as _

from arportal.b2b import ProcessingStatus
from arportal.documents.branding.letterheads import Letterhead, letterhead_of
from arportal.documents.receipt_view import ReceiptView, payment_view, receipt_view
from arportal.documents.rendering.cache import key_of
from arportal.documents.rendering.files import Pdf, file_name, made_once
from arportal.documents.rendering.rendering import DocumentFailed, in_their_language, make_job
from arportal.documents.version import VERSION
from arportal.mirror.models import Company, Payment, PaymentLine, Receipt, ReceiptLine
from arportal.receivables.payments.edit_payment import record_of
from arportal.stores.access import Permission, require
from arportal.stores.models import Membership

__all__ = ["DocumentFailed", "payment_receipt_pdf", "receipt_pdf"]


def receipt_pdf(actor: Membership, receipt: Receipt) -> Pdf:
    """The store's receipt of a payment or a refund, in our layout. Raises NotAllowed, DocumentFailed."""
    require(actor, Permission.READ, company_id=receipt.company_id)
    letterhead, company = letterhead_of(actor.store), _company(actor, receipt.company_id)
    lines = ReceiptLine.objects.visible_to(actor).filter(receipt_id=receipt.api_id).order_by("api_id")
    record = None if receipt.payment_id is None else record_of(actor, receipt.payment_id)
    with in_their_language():
        view = receipt_view(receipt, lines, company, letterhead, record)
    return _pdf(f"REC-{receipt.api_id}", company, view, letterhead)


def payment_receipt_pdf(actor: Membership, payment: Payment) -> Pdf:
    """That a payment was received, and where it stands. Raises NotAllowed, DocumentFailed."""
    require(actor, Permission.READ, company_id=payment.company_id)
    if payment.processing_status == ProcessingStatus.INCOMPLETE:
        raise DocumentFailed(
            _("This payment is incomplete: nothing was received that a receipt could confirm.")
        )
    letterhead, company = letterhead_of(actor.store), _company(actor, payment.company_id)
    lines = PaymentLine.objects.filter(store=actor.store, payment_id=payment.api_id).order_by("position")
    with in_their_language():
        view = payment_view(payment, lines, company, letterhead, record_of(actor, payment.api_id))
    return _pdf(f"PAY-{payment.api_id}", company, view, letterhead)


def _pdf(number: str, company: Company | None, view: ReceiptView, letterhead: Letterhead) -> Pdf:
    # Receipts are small and asked for one by one: what they say is their key.
    key = key_of("receipt", VERSION, letterhead.fingerprint, asdict(view))
    name = file_name(number, company.name if company else "")
    return made_once(name, key, lambda: make_job("receipt.html", {"view": view}, letterhead))


def _company(actor: Membership, company_id: int) -> Company | None:
    return Company.objects.visible_to(actor).filter(api_id=company_id).first()
