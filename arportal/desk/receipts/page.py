"""One receipt."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from arportal.desk.lists.lists import viewer_of
from arportal.desk.lists.prev_next import prev_next
from arportal.desk.receipts.list import RECEIPTS
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror.models import Company, Invoice, Payment, Receipt, ReceiptLine
from arportal.stores.access import Permission, may


@page(Permission.READ)
def receipt(request: DeskRequest, receipt_id: int) -> HttpResponse:
    return receipt_page(request, get_receipt_or_404(request, receipt_id))


def receipt_page(request: DeskRequest, receipt: Receipt, problem: str = "") -> HttpResponse:
    """The receipt's page; with a problem, the reason why there is no PDF of it (422)."""
    context = receipt_facts(request, receipt)
    context["may_delete"] = may(request.actor, Permission.DELETE_PAYMENT)
    context["prev_next"] = prev_next(RECEIPTS, request, receipt, "receipt")
    context["problem"] = problem
    return render(request, "receipts/page.html", context, status=422 if problem else 200)


def get_receipt_or_404(request: DeskRequest, receipt_id: int) -> Receipt:
    receipt = Receipt.objects.visible_to(request.actor).filter(api_id=receipt_id).first()
    if receipt is None:
        raise Http404(_("There is no such receipt."))
    return receipt


def receipt_facts(request: DeskRequest, receipt: Receipt) -> dict[str, Any]:
    """The context of the pages that show a receipt: whose it is, of which payment, and its lines."""
    actor, today = request.actor, viewer_of(request).today
    lines = ReceiptLine.objects.visible_to(actor).filter(receipt_id=receipt.api_id).defer("raw")
    invoices = Invoice.objects.visible_to(actor).by_api_id(line.invoice_id for line in lines)
    pairs = [(line, invoices.get(line.invoice_id)) for line in lines.order_by("api_id")]
    return {
        "receipt": receipt,
        "company": Company.objects.visible_to(actor).filter(api_id=receipt.company_id).first(),
        "payment": Payment.objects.visible_to(actor).filter(api_id=receipt.payment_id or 0).first(),
        "lines": [(line, invoice, invoice and invoice.state_on(today)) for line, invoice in pairs],
    }
