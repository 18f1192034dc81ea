"""The entries of the ledger on which a figure rests and which nothing explains, the latest seen first."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money
from arportal.desk.ageing.form import AgeingForm
from arportal.desk.ageing.invoices import LONGEST_ID, invoices_by_id
from arportal.desk.lists import cells
from arportal.desk.lists.lists import viewer_of
from arportal.desk.lists.tables import Column, Table, Viewer, money_column
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror.models import Invoice
from arportal.receivables.ageing.report import entries
from arportal.receivables.models import LedgerEntry
from arportal.stores.access import Permission

SIZE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """An entry, with the invoice where the actor may see it."""

    entry: LedgerEntry
    invoice: Invoice | None

    @property
    def api_id(self) -> int:
        return self.entry.pk

    @property
    def invoice_id(self) -> int:
        return self.entry.invoice_id


def invoice_cell(row: Any, viewer: Viewer) -> SafeString | str:
    """The invoice of a row with its `invoice`, None where the actor may not see it, and its `invoice_id`."""
    if row.invoice is None:
        return str(row.invoice_id)
    if row.invoice.gone_at is not None:
        return str(row.invoice.number)
    url = viewer.link("invoice", row.invoice_id)
    return cells.two_lines(url, row.invoice.number, row.invoice.company_name)


COLUMNS: tuple[Column[Row], ...] = (
    Column("number", _lazy("Invoice"), invoice_cell),
    Column(
        "company",
        _lazy("Company"),
        lambda row, viewer: row.invoice.company_name if row.invoice else None,
        css="text p2",
    ),
    Column("cause", _lazy("Cause"), lambda row, viewer: row.entry.get_cause_display(), css="p3"),
    Column(
        "day",
        _lazy("Took effect"),
        lambda row, viewer: viewer.format.date(row.entry.effective_on),
        css="nowrap",
    ),
    Column(
        "seen",
        _lazy("Seen"),
        lambda row, viewer: viewer.format.moment(row.entry.observed_at),
        css="nowrap p2",
    ),
    money_column("amount", _lazy("Amount"), lambda row: Money(row.entry.amount, row.entry.currency)),
)


@page(Permission.READ)
def ageing_entries(request: DeskRequest) -> HttpResponse:
    """The report's own page says what is wrong with the address, or that there are no figures yet."""
    viewer = viewer_of(request)
    form = AgeingForm(request.GET, viewer)
    if not form.is_valid() or form.built_at is None:
        return HttpResponseRedirect(f"{link('ageing', request.store.slug)}?{form.query()}")
    cause, currency = request.GET.get("cause", ""), form.cleaned_data["currency"]
    if cause not in LedgerEntry.NOT_EXPLAINED:
        raise Http404(_("There is no such cause."))
    posted = entries(request.actor, form.as_of).filter(cause=cause, currency=currency)
    before = request.GET.get("before", "")
    if before.isdecimal() and before.isascii() and len(before) <= LONGEST_ID:
        posted = posted.filter(pk__lt=int(before))
    shown = list(posted.order_by("-pk")[: SIZE + 1])
    invoices = invoices_by_id(request.actor, [entry.invoice_id for entry in shown])
    table = Table(COLUMNS, viewer)
    here = form.query(cause=cause)
    context: dict[str, Any] = {
        "form": form,
        "cause": LedgerEntry.Cause(cause).label,
        "parts": [part for part in form.report.not_explained(currency) if part.cause == cause],
        "head": table.plain_head(),
        "body": table.body(Row(entry, invoices.get(entry.invoice_id)) for entry in shown[:SIZE]),
        "report_url": f"{link('ageing', viewer.slug)}?{form.query(currency='')}",
        "first_url": f"?{here}" if before else "",
        "next_url": f"?{here}&before={shown[SIZE - 1].pk}" if len(shown) > SIZE else "",
    }
    return render(request, "ageing/entries.html", context)
