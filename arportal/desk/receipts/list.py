"""The lists of receipts and of their lines."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, When
from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _lazy

from arportal.desk.format.statuses import payment_words, receipt_words
from arportal.desk.lists import cells, downloads
from arportal.desk.lists.companies import with_companies
from arportal.desk.lists.list_page import answer, list_page
from arportal.desk.lists.lists import List
from arportal.desk.lists.tables import Column, Kind, Total, Viewer, moment_column, money_column, text_column
from arportal.desk.receipts.filter import ReceiptFilter, ReceiptLineFilter
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror.models import Invoice, Payment, Receipt, ReceiptLine
from arportal.mirror.models.receipts import REFUNDS
from arportal.stores.access import Permission


def with_payment_statuses(rows: Sequence[Any], viewer: Viewer) -> None:
    """Adds the payment's status to each receipt, which does not say it; its lines do."""
    ids = {row.payment_id for row in rows}
    payments = Payment.objects.visible_to(viewer.actor).filter(api_id__in=ids)
    statuses = dict(payments.values_list("api_id", "processing_status"))
    for row in rows:
        row.payment_status = statuses.get(row.payment_id)


def with_invoices(rows: Sequence[Any], viewer: Viewer) -> None:
    """Marks the lines whose invoice this person can open."""
    ids = {row.invoice_id for row in rows}
    invoices = Invoice.objects.visible_to(viewer.actor).filter(api_id__in=ids)
    there = set(invoices.values_list("api_id", flat=True))
    for row in rows:
        row.invoice_is_there = row.invoice_id in there


def receipt_cell(receipt: Any, viewer: Viewer) -> SafeString:
    pill = cells.receipt_pill(receipt.transaction_type)
    return cells.two_lines(
        viewer.link("receipt", receipt.api_id), f"#{receipt.api_id}", receipt.company_name, pill
    )


def line_cell(line: Any, viewer: Viewer) -> SafeString:
    words = line.invoice_number or f"#{line.invoice_id}"
    if not line.invoice_is_there:
        return cells.muted(words)
    return cells.two_lines(link("invoice", viewer.slug, line.invoice_id), words, line.company_name)


def receipt_link(line: Any, viewer: Viewer) -> SafeString:
    return cells.anchor(link("receipt", viewer.slug, line.receipt_id), f"#{line.receipt_id}")


def payment_cell(row: Any, viewer: Viewer) -> SafeString | str:
    if row.payment_id is None:
        return ""
    return cells.anchor(link("payment", viewer.slug, row.payment_id), f"#{row.payment_id}")


def company_cell(row: Any, viewer: Viewer) -> SafeString:
    name = row.company_name or f"#{row.company_id}"
    return cells.titled_anchor(link("company", viewer.slug, row.company_id), name)


def status_words(row: Any, viewer: Viewer) -> str:
    return "" if row.payment_status is None else payment_words(row.payment_status)


def status_cell(row: Any, viewer: Viewer) -> SafeString | str:
    return "" if row.payment_status is None else cells.payment_pill(row.payment_status)


COMPANY: Column[Any] = Column(
    "company", _lazy("Company"), lambda row, viewer: row.company_name, company_cell, css="text p2"
)
ISSUED: Column[Any] = moment_column("issued", _lazy("Issued"), "created_at", css="p3")
TYPE: Column[Any] = Column(
    "type",
    _lazy("Type"),
    lambda row, viewer: receipt_words(row.transaction_type),
    lambda row, viewer: cells.receipt_pill(row.transaction_type),
    sort="transaction_type",
    css="p2",
)
PAYMENT: Column[Any] = Column(
    "payment",
    _lazy("Payment"),
    lambda row, viewer: row.payment_id,
    payment_cell,
    sort="payment_id",
    css="p2",
    kind=Kind.NUMBER,
)
REFERENCE: Column[Any] = text_column("reference", _lazy("Reference"), "reference_number", css="text p4")
METHOD: Column[Any] = text_column("method", _lazy("Method"), "payment_type", css="p4", optional=True)
NET = (
    Total(Case(When(REFUNDS, then=None), default="net"), _lazy("Receipts")),
    Total(Case(When(REFUNDS, then="net")), _lazy("Refunds")),
    Total("net", _lazy("Net")),
)
RECEIPTS = List(
    columns=(
        Column(
            "receipt",
            _lazy("Receipt"),
            lambda receipt, viewer: receipt.api_id,
            receipt_cell,
            sort="api_id",
            kind=Kind.NUMBER,
        ),
        COMPANY,
        ISSUED,
        TYPE,
        PAYMENT,
        text_column("payer", _lazy("Payer"), "payer_name", css="text p4", optional=True),
        METHOD,
        REFERENCE,
        Column(
            "status",
            _lazy("Payment status"),
            status_words,
            status_cell,
            css="p3",
            prepare=with_payment_statuses,
        ),
        money_column("total", _lazy("Amount"), lambda row: row.net_money, sort="net", totals=NET),
    ),
    filter=ReceiptFilter,
    rows=lambda actor: Receipt.objects.visible_to(actor),
    sort="-issued",
    caption=_lazy("Receipts"),
    empty=_lazy("No receipts yet"),
    reads=("company_id", "payment_id", "transaction_type", "currency", "total", "created_at"),
    prepare=with_companies,
    name="receipts",
    exports=True,
)
LINES = List(
    columns=(
        Column(
            "invoice",
            _lazy("Invoice"),
            lambda line, viewer: line.invoice_number,
            line_cell,
            sort="invoice_number",
            prepare=with_invoices,
        ),
        Column(
            "receipt",
            _lazy("Receipt"),
            lambda line, viewer: line.receipt_id,
            receipt_link,
            sort="receipt_id",
            kind=Kind.NUMBER,
        ),
        COMPANY,
        ISSUED,
        TYPE,
        PAYMENT,
        METHOD,
        REFERENCE,
        Column(
            "status",
            _lazy("Payment status"),
            status_words,
            status_cell,
            sort="payment_status",
            css="p3",
            reads=("payment_status",),
        ),
        money_column("amount", _lazy("Amount"), lambda row: row.net_money, sort="net", totals=NET),
    ),
    filter=ReceiptLineFilter,
    rows=lambda actor: ReceiptLine.objects.visible_to(actor),
    sort="-issued",
    caption=_lazy("Receipt lines"),
    empty=_lazy("No receipts yet"),
    reads=(
        "company_id",
        "payment_id",
        "receipt_id",
        "invoice_id",
        "invoice_number",
        "transaction_type",
        "currency",
        "amount",
        "created_at",
    ),
    prepare=with_companies,
    name="receipt_lines",
    exports=True,
)
export = downloads.of(RECEIPTS)
export_lines = downloads.of(LINES)


@page(Permission.READ)
def receipts(request: DeskRequest) -> HttpResponse:
    return answer(request, "receipts/list.html", list_page(RECEIPTS, request))


@page(Permission.READ)
def receipt_lines(request: DeskRequest) -> HttpResponse:
    return answer(request, "receipts/list.html", list_page(LINES, request))
