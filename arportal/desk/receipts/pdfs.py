"""Receipts as PDFs: of what the store wrote down, and of a payment as such."""

from django.http import HttpResponse

from arportal.desk.payments.page import get_payment_or_404, payment_page
from arportal.desk.receipts.page import get_receipt_or_404, receipt_page
from arportal.desk.site.files import pdf_sent
from arportal.desk.site.pages import DeskRequest, page
from arportal.documents import receipts
from arportal.stores.access import Permission


@page(Permission.READ)
def payment_pdf(request: DeskRequest, payment_id: int) -> HttpResponse:
    """The paper that says that a payment was received; where there can be none, the payment's page says why."""
    payment = get_payment_or_404(request, payment_id)
    try:
        return pdf_sent(receipts.payment_receipt_pdf(request.actor, payment))
    except receipts.DocumentFailed as failed:
        return payment_page(request, payment, problem=str(failed))


@page(Permission.READ)
def receipt_pdf(request: DeskRequest, receipt_id: int) -> HttpResponse:
    receipt = get_receipt_or_404(request, receipt_id)
    try:
        return pdf_sent(receipts.receipt_pdf(request.actor, receipt))
    except receipts.DocumentFailed as failed:
        return receipt_page(request, receipt, problem=str(failed))
