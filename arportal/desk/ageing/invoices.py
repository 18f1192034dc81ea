"""The invoices behind one figure of the ageing report."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.core import signing
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money
from arportal.desk.ageing.form import AgeingForm
from arportal.desk.lists import cells
from arportal.desk.lists.lists import viewer_of
from arportal.desk.lists.tables import Column, Kind, Table, Viewer, money_column
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror.ids import id_in
from arportal.mirror.models import Invoice
from arportal.receivables.ageing.ageing import AsOf, ageing
from arportal.receivables.ageing.buckets import Bucket
from arportal.receivables.ageing.invoices import BALANCE, CREDIT, OPEN, AgedInvoice, Figure, aged_invoices
from arportal.receivables.models import NO_DAY, Basis
from arportal.stores.access import Permission
from arportal.stores.models import Membership

SIZE = 50
SUMS = {OPEN: _lazy("Open invoices"), CREDIT: _lazy("Credits"), BALANCE: _lazy("Invoices with a balance")}
SALT = "invoices behind a figure of the ageing report"


@dataclass(frozen=True, slots=True)
class Row:
    """`invoice` is None when the store no longer has it, or has it under a company out of sight."""

    aged: AgedInvoice
    invoice: Invoice | None

    @property
    def api_id(self) -> int:
        return self.aged.api_id


class FigurePage:
    """What stands behind a figure, page by page. Raises Http404 for a figure that no report has."""

    def __init__(self, form: AgeingForm, viewer: Viewer, data: QueryDict) -> None:
        self.form, self.viewer = form, viewer
        named: dict[str, Bucket | str] = {bucket.key: bucket for bucket in form.as_of.buckets}
        named |= {name: name for name in SUMS}
        self.name, self.group = data.get("of", ""), data.get("group")
        if self.name not in named or not form.cleaned_data["currency"]:
            raise Http404(_("There is no such figure."))
        self.figure = Figure(form.cleaned_data["currency"], named[self.name])
        self.as_of = self._narrowed()
        self.problem, after = "", None
        if cursor := data.get("after"):
            try:
                day, api_id = signing.loads(cursor, salt=SALT)
                after = (dt.date.fromisoformat(day), api_id)
            except signing.BadSignature:
                self.problem = _("That page address is no longer valid: this is the first page.")
        self.is_later = after is not None
        aged = aged_invoices(viewer.actor, self.as_of, self.figure, after, SIZE + 1)
        self.has_next = len(aged) > SIZE
        self.aged = aged[:SIZE]

    @property
    def status(self) -> int:
        return 422 if self.problem else 200

    @property
    def title(self) -> str:
        of = self.figure.of
        if not isinstance(of, Bucket):
            return str(SUMS[of])
        if of.is_current:
            return _("Not late") if self.as_of.basis == Basis.DUE else _("Of this day")
        words = _("%(days)s days late") if self.as_of.basis == Basis.DUE else _("%(days)s days old")
        return words % {"days": of.label}

    @property
    def group_name(self) -> str:
        """The company, or whatever rows are put together by; "" for all of them."""
        return "" if self.group is None else self.form.grouping.names([self.group])[self.group]

    @property
    def total(self) -> Money:
        """The figure itself, from where the report has it."""
        for aged in ageing(self.viewer.actor, self.as_of):
            if aged.currency == self.figure.currency:
                if isinstance(self.figure.of, Bucket):
                    return aged.by_bucket[list(self.as_of.buckets).index(self.figure.of)]
                amount: Money = getattr(aged, self.figure.of)
                return amount
        return Money.zero(self.figure.currency)

    @property
    def table(self) -> Table[Row]:
        return Table(columns(self.as_of), self.viewer)

    @property
    def head(self) -> SafeString:
        return self.table.plain_head()

    @property
    def body(self) -> SafeString:
        invoices = invoices_by_id(self.viewer.actor, [each.api_id for each in self.aged])
        return self.table.body(Row(each, invoices.get(each.api_id)) for each in self.aged)

    @property
    def report_url(self) -> str:
        return f"{link('ageing', self.viewer.slug)}?{self.form.query(currency='')}"

    @property
    def start_url(self) -> str:
        """The first page, when this is another one."""
        return self._address if self.is_later else ""

    @property
    def next_url(self) -> str:
        if not self.has_next:
            return ""
        last = self.aged[-1]
        return f"{self._address}&after={signing.dumps([last.aged_on.isoformat(), last.api_id], salt=SALT)}"

    @property
    def _address(self) -> str:
        query = QueryDict(self.form.query(), mutable=True)
        query["of"] = self.name
        if self.group is not None:  # A group may have the key "".
            query["group"] = self.group
        return f"?{query.urlencode()}"

    def _narrowed(self) -> AsOf:
        """The report's moment, of the group's companies alone."""
        if self.group is None:
            return self.form.as_of
        if self.form.grouping.other is None and id_in(self.group) is None:
            raise Http404(_("There is no such figure."))
        return replace(self.form.as_of, companies=self.form.report.companies_of(self.group))


def columns(as_of: AsOf) -> list[Column[Row]]:
    def number(row: Row, viewer: Viewer) -> SafeString | str:
        if row.invoice is None or row.invoice.gone_at is not None:
            return str(row.invoice or row.api_id)
        return cells.two_lines(
            viewer.link("invoice", row.api_id), row.invoice.number, row.invoice.company_name
        )

    def company(row: Row, viewer: Viewer) -> SafeString | str:
        if row.invoice is None:
            return cells.NOTHING
        url = link("company", viewer.slug, row.aged.company_id)
        return cells.titled_anchor(url, row.invoice.company_name)

    def days_late(row: Row, viewer: Viewer) -> str:
        days = (as_of.day - row.aged.aged_on).days
        return viewer.format.number(days) if days > 0 else ""

    def aged_on(row: Row, viewer: Viewer) -> str:
        return "" if row.aged.aged_on == NO_DAY else viewer.format.date(row.aged.aged_on)

    aged_by = _("Due") if as_of.basis == Basis.DUE else _("Issued")
    return [
        Column("number", _("Invoice"), number),
        Column("company", _("Company"), company, css="text p2"),
        Column("aged_on", aged_by, aged_on, css="nowrap"),
        Column("days", _("Days late"), days_late, css="num p2", kind=Kind.NUMBER),
        money_column("balance", _("Balance"), lambda row: row.aged.balance),
    ]


def invoices_by_id(actor: Membership, invoice_ids: Iterable[int]) -> dict[int, Invoice]:
    """What the mirror has of these invoices, gone or not, as far as the actor may see them: one query."""
    invoices = Invoice.objects.filter(store=actor.store, api_id__in=set(invoice_ids))
    if not actor.all_companies:
        invoices = invoices.filter(company_id__in=actor.company_ids)
    return {row.api_id: row for row in invoices.only("api_id", "number", "company_name", "gone_at")}


@page(Permission.READ)
def ageing_invoices(request: DeskRequest) -> HttpResponse:
    """The report's own page says what is wrong with the address, or that there are no figures yet."""
    viewer = viewer_of(request)
    form = AgeingForm(request.GET, viewer)
    if not form.is_valid() or form.built_at is None:
        return HttpResponseRedirect(f"{link('ageing', request.store.slug)}?{form.query()}")
    figure = FigurePage(form, viewer, request.GET)
    return render(request, "ageing/invoices.html", {"form": form, "page": figure}, status=figure.status)
