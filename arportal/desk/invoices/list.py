"""The list of all invoices, and the columns that other pages show of invoices too."""

from typing import Any

from django.db.models import Case, DateField, DurationField, F, SmallIntegerField, Value, When
from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import InvoiceStatus
from arportal.desk.invoices.filter import SOURCES, InvoiceFilter
from arportal.desk.lists import cells, downloads, extra_fields
from arportal.desk.lists.channels import CHANNEL
from arportal.desk.lists.list_page import answer, list_page
from arportal.desk.lists.lists import Action, List
from arportal.desk.lists.tables import (
    Column,
    Computed,
    Kind,
    Pick,
    Total,
    Viewer,
    date_column,
    moment_column,
    money_column,
    text_column,
)
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror.models import Invoice
from arportal.mirror.models.balances import CREDIT_AMOUNT, OPEN_AMOUNT, OWED, PAID_AMOUNT
from arportal.mirror.models.invoices import CREDIT_NOTE, OVERPAID
from arportal.mirror.models.rows import MoneyField
from arportal.stores.access import Permission, may


def number_cell(invoice: Invoice, viewer: Viewer) -> SafeString:
    url = viewer.link("invoice", invoice.api_id)
    return cells.two_lines(url, invoice.number, invoice.company_name, _late(invoice, viewer))


def number_link(invoice: Invoice, viewer: Viewer) -> SafeString:
    """The number on a page that names the company already."""
    return cells.two_lines(viewer.link("invoice", invoice.api_id), invoice.number, _late(invoice, viewer))


def company_cell(row: Any, viewer: Viewer) -> SafeString:
    return cells.titled_anchor(link("company", viewer.slug, row.company_id), row.company_name)


def due_cell(invoice: Invoice, viewer: Viewer) -> SafeString | str:
    due = viewer.format.date(invoice.due_on)
    late = _late(invoice, viewer)
    return cells.markup("{} {}", due, late) if late else due


def _late(invoice: Invoice, viewer: Viewer) -> SafeString | str:
    """`12 days late`, or nothing."""
    days = invoice.days_late(viewer.today)
    return cells.late(viewer.format.days_late(days)) if days else ""


def pending_cell(invoice: Invoice, viewer: Viewer) -> SafeString:
    """A mark on the few that have one; nothing, not even a dash, on the many others."""
    if not invoice.is_pending_payment:
        return cells.BLANK
    return cells.flag("hourglass", _("A payment is pending"))


def state_rank(viewer: Viewer) -> Any:
    """The order of the status column: what needs somebody first. Agrees with Invoice.state_on."""
    late = When(OWED, due_on__lt=viewer.today, then=0)
    partly = When(OWED, status=InvoiceStatus.PARTIALLY_PAID, then=1)
    partly_by_balance = When(OWED, open_balance__lt=F("original_balance"), then=1)
    return Case(
        late, partly, partly_by_balance, When(OWED, then=2), When(CREDIT_NOTE, then=3), When(OVERPAID, then=4),
        default=5,
    )  # fmt: skip


def lateness(viewer: Viewer) -> Any:
    """The time for which an overdue invoice is late; NULL for the others. Agrees with Invoice.days_late."""
    late = Value(viewer.today, DateField()) - F("due_on")
    return Case(When(OWED, due_on__lt=viewer.today, then=late), output_field=DurationField())


def source_words(invoice: Invoice, viewer: Viewer) -> str:
    if invoice.source is None:
        return ""
    return str(SOURCES.get(invoice.source, invoice.source))


NUMBER: Column[Invoice] = Column(
    "number", _lazy("Invoice"), lambda invoice, viewer: invoice.number, number_cell, sort="number"
)
COMPANY: Column[Any] = Column(
    "company",
    _lazy("Company"),
    lambda row, viewer: row.company_name,
    company_cell,
    sort="company_name",
    css="text p2",
)
DUE: Column[Invoice] = Column(
    "due",
    _lazy("Due"),
    lambda invoice, viewer: invoice.due_on,
    due_cell,
    sort="due_on",
    css="nowrap p2",
    kind=Kind.DATE,
)
ISSUED: Column[Invoice] = date_column("issued", _lazy("Issued"), "issued_on", css="p3")
STATUS: Column[Invoice] = Column(
    "status",
    _lazy("Status"),
    lambda invoice, viewer: str(invoice.state_on(viewer.today).label),
    lambda invoice, viewer: cells.invoice_pill(invoice.state_on(viewer.today)),
    sort=Computed(state_rank, SmallIntegerField()),
    css="state",
)
ORIGINAL: Column[Invoice] = money_column(
    "original",
    _lazy("Original"),
    lambda row: row.original_money,
    sort="original_balance",
    css="num p3",
    totals=(Total("original_balance"),),
)
BALANCE: Column[Invoice] = money_column(
    "balance",
    _lazy("Balance"),
    lambda row: row.balance_money,
    sort="balance",
    totals=(
        Total(OPEN_AMOUNT, _lazy("Open")),
        Total(CREDIT_AMOUNT, _lazy("Credit")),
        Total("balance", _lazy("Balance")),
    ),
)
# What is not owed, or no credit, is no figure in these two; by balance they stand in the right order.
OPEN: Column[Invoice] = money_column(
    "open",
    _lazy("Open"),
    lambda row: row.balance_money if row.is_owed else None,
    sort="balance",
    optional=True,
    totals=(Total(OPEN_AMOUNT),),
)
CREDIT_ALONE: Column[Invoice] = money_column(
    "credit",
    _lazy("Credit"),
    lambda row: row.balance_money if row.open_balance < 0 else None,
    sort="balance",
    css="num p4",
    optional=True,
    descends=False,
    totals=(Total(CREDIT_AMOUNT),),
)
FIGURES: tuple[Column[Invoice], ...] = (ISSUED, DUE, STATUS, ORIGINAL, BALANCE)
READS = (
    "number",
    "company_id",
    "company_name",
    "status",
    "issued_on",
    "due_on",
    "currency",
    "original_balance",
    "open_balance",
)
COLUMNS: tuple[Column[Invoice], ...] = (
    NUMBER,
    COMPANY,
    text_column("order", _lazy("Order"), "order_number", css="nowrap p3", optional=True),
    text_column("po", _lazy("PO"), "purchase_order_number", css="text p4", optional=True),
    ISSUED,
    DUE,
    Column(
        "days_late",
        _lazy("Days late"),
        lambda invoice, viewer: invoice.days_late(viewer.today) or None,
        sort=Computed(lateness, DurationField(null=True)),
        css="num p3",
        kind=Kind.NUMBER,
        optional=True,
    ),
    STATUS,
    Column(
        "pending",
        _lazy("Pending"),
        lambda invoice, viewer: _("Yes") if invoice.is_pending_payment else "",
        pending_cell,
        sort="is_pending_payment",
        css="p4",
        reads=("is_pending_payment",),
    ),
    ORIGINAL,
    money_column(
        "paid",
        _lazy("Paid"),
        lambda row: row.original_money - row.balance_money,
        sort=Computed(lambda viewer: PAID_AMOUNT, MoneyField()),
        css="num p4",
        totals=(Total(PAID_AMOUNT),),
    ),
    BALANCE,
    OPEN,
    CREDIT_ALONE,
    moment_column("activity", _lazy("Last activity"), "updated_at", css="p4", optional=True),
    text_column("external_id", _lazy("External ID"), "external_id", css="text p4", optional=True),
    text_column("currency", _lazy("Currency"), "currency", css="p4", optional=True),
    CHANNEL,
    Column(
        "source",
        _lazy("Source"),
        source_words,
        sort="source",
        css="text p4",
        optional=True,
        reads=("source",),
    ),
)
INVOICES = List(
    columns=COLUMNS,
    own_columns=lambda viewer: extra_fields.columns(viewer, "invoices"),
    filter=InvoiceFilter,
    rows=lambda actor: Invoice.objects.visible_to(actor),
    sort="-issued",
    caption=_lazy("Invoices"),
    empty=_lazy("No invoices yet"),
    reads=READS,
    pick=Pick("invoice", Permission.READ, lambda invoice: True, adds=BALANCE),
    name="invoices",
    exports=True,
    actions=(
        Action("export_pdfs", _lazy("Export PDFs"), "files", Permission.READ, takes_filter=True),
        Action("invoices_bulk", _lazy("Change"), "pencil", Permission.EDIT_INVOICE),
        Action("write_off_many", _lazy("Write off"), "eraser", Permission.WRITE_OFF),
    ),
)
export = downloads.of(INVOICES)


@page(Permission.READ)
def invoices(request: DeskRequest) -> HttpResponse:
    may_create = may(request.actor, Permission.EDIT_INVOICE)
    return answer(request, "invoices/list.html", list_page(INVOICES, request), may_create=may_create)
