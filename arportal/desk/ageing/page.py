"""The ageing report: a table for each currency, whose every figure opens the invoices behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money
from arportal.desk.ageing.form import COMPANY, PARENT, AgeingForm
from arportal.desk.lists import cells
from arportal.desk.lists.lists import viewer_of
from arportal.desk.lists.tables import Column, Kind, Table, Viewer
from arportal.desk.models import SavedView
from arportal.desk.site.links import download_link, link, on_account_link
from arportal.desk.site.pages import DeskRequest, page
from arportal.receivables.ageing.ageing import Aged
from arportal.receivables.ageing.invoices import BALANCE, CREDIT, OPEN
from arportal.receivables.ageing.largest import Place
from arportal.receivables.ageing.report import NotExplained
from arportal.receivables.allocation.on_the_way import coming
from arportal.stores.access import Permission

# Rows of a currency: fewer where several stand below one another.
SIZE, SIZE_OF_SEVERAL = 50, 25
# The id of the element that htmx asks for.
REPORT = "ageing"


@dataclass(frozen=True, slots=True)
class Row:
    """A group, or the total of all: that has no key. `api_id` numbers the rows of the page."""

    api_id: int
    name: str
    figures: list[Money]
    key: str | None = None
    on_account: Money | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """A part of a balance that rests on entries which nothing explains, with the page that lists them."""

    words: str
    amount: Money
    url: str


@dataclass(frozen=True, slots=True)
class Block:
    """The report in one currency, as a page shows it."""

    total: Aged
    head: SafeString
    sums: SafeString
    body: SafeString
    rests: list[Rest]
    coming: list[Money]
    first_url: str
    next_url: str


class AgeingPage:
    """One page of the report; the form is valid. Each currency costs a fixed number of queries."""

    def __init__(self, form: AgeingForm, viewer: Viewer, cursor: str) -> None:
        self.form, self.viewer, self.report = form, viewer, form.report
        self.numbers = count()
        only = form.cleaned_data["currency"]
        self.totals = [total for total in self.report.totals if not only or total.currency == only]
        self.problem = ""
        # The place behind which the rows begin; it is of the only currency there is on such a page.
        self.after: Place | None = None
        if cursor:
            try:
                amount, key = signing.loads(cursor, salt=_salt(only))
                self.after = Place(Decimal(amount), key)
            except signing.BadSignature:
                self.problem = _("That page address is no longer valid: this is the first page.")

    @cached_property
    def coming(self) -> dict[str, Money]:
        """Currency → payments that are on their way: as of today alone, for they have no day yet."""
        return coming(self.viewer.actor) if self.report.as_of.is_today else {}

    @cached_property
    def on_account(self) -> list[Money]:
        """What was on account at the end of the day, a currency each: it is of no invoice, so it has no bucket."""
        only = self.form.cleaned_data["currency"]
        currencies = sorted(code for code in self.report.on_account if only in ("", code))
        return [self.report.on_account_total(code) for code in currencies]

    @property
    def on_account_url(self) -> str:
        return on_account_link(self.viewer.slug)

    @property
    def status(self) -> int:
        return 422 if self.problem else 200

    @property
    def blocks(self) -> Iterator[Block]:
        for total in self.totals:
            yield self._block(total)

    @property
    def views(self) -> list[SavedView]:
        """Reports that were saved, by the person or for everybody."""
        saved = SavedView.objects.visible_to(self.viewer.actor).filter(of="ageing")
        return list(saved.order_by("name"))

    @property
    def save_url(self) -> str:
        """The page that saves this report as a view."""
        query = urlencode({"of": "ageing", "query": self.form.query()})
        return f"{link('saved_views', self.viewer.slug)}?{query}"

    @property
    def downloads(self) -> list[tuple[str, str, str]]:
        """The files there are of this report: name, icon and address."""
        kinds = {"csv": "file-text", "xlsx": "file-spreadsheet", "pdf": "files"}
        return [
            (kind.upper(), icon, f"{download_link('ageing', self.viewer.slug, kind)}?{self.form.query()}")
            for kind, icon in kinds.items()
        ]

    def _block(self, total: Aged) -> Block:
        currency = total.currency
        size = SIZE if len(self.totals) == 1 else SIZE_OF_SEVERAL
        groups = self.report.rows(currency, self.after, size + 1)
        shown = groups[:size]
        declared = columns(self.form, currency)
        is_received = currency in self.report.on_account
        table = Table([*declared, ON_ACCOUNT] if is_received else declared, self.viewer)
        rows = [
            Row(
                api_id=next(self.numbers),
                name=group.name,
                figures=group.aged.figures,
                key=group.key,
                on_account=self.report.on_account_of(group),
            )
            for group in shown
        ]
        words = _("Total %(currency)s") % {"currency": currency}
        query, next_url = self.form.query(currency=currency), ""
        if len(groups) > size:
            place = shown[-1].place
            cursor = signing.dumps([str(place.open), place.key], salt=_salt(currency))
            next_url = f"?{query}&after={cursor}"
        return Block(
            total=total,
            head=table.plain_head(),
            sums=table.row(
                Row(next(self.numbers), words, total.figures, None, self.report.on_account_total(currency)),
                "sum",
            ),
            body=table.body(rows),
            rests=[
                Rest(str(part.cause.label), part.amount, self._entries_url(part))
                for part in self.report.not_explained.get(currency, ())
            ],
            coming=[self.coming[currency]] if currency in self.coming else [],
            first_url=f"?{query}" if self.after else "",
            next_url=next_url,
        )

    def _entries_url(self, part: NotExplained) -> str:
        """The list of the movements of which a part is the sum."""
        as_of = self.report.as_of
        query = {"cause": part.cause.value, "currency": part.amount.currency, "day_to": as_of.day}
        if not as_of.is_as_known_now and as_of.known_on is not None:
            query["seen_to"] = as_of.known_on
        return f"{link('unexplained', self.viewer.slug)}?{urlencode(query)}"


def _on_account_cell(row: Row, viewer: Viewer) -> SafeString:
    if not row.on_account:
        return cells.NOTHING
    return cells.anchor(
        on_account_link(viewer.slug, currency=row.on_account.currency), viewer.format.figure(row.on_account)
    )


# Beside the balance, not in it; there where anything is on account in the currency.
ON_ACCOUNT: Column[Row] = Column(
    "on-account",
    _lazy("On account"),
    lambda row, viewer: row.on_account,
    _on_account_cell,
    css="num",
    kind=Kind.MONEY,
)


def columns(form: AgeingForm, currency: str) -> list[Column[Row]]:
    """The name, and a column for each of a row's figures."""
    slug = form.viewer.slug
    address = f"{link('ageing_invoices', slug)}?{form.query(currency=currency)}"
    headings = {bucket.key: str(bucket.label) for bucket in form.as_of.buckets}
    headings |= {OPEN: _("Open"), CREDIT: _("Credit"), BALANCE: _("Balance")}
    are_companies = form.cleaned_data["by"] in (COMPANY, PARENT)

    def name(row: Row, viewer: Viewer) -> SafeString | str:
        if row.key is None or not are_companies:
            return row.name
        return cells.anchor(link("company", slug, int(row.key)), row.name)

    return [
        Column("name", form.heading, lambda row, viewer: row.name, name, css="text"),
        *(_figure(number, key, label, address) for number, (key, label) in enumerate(headings.items())),
    ]


def _figure(number: int, key: str, label: str, address: str) -> Column[Row]:
    """The column of each row's figure of that number: a link to the invoices behind it, unless it is nothing."""

    def cell(row: Row, viewer: Viewer) -> SafeString:
        amount = row.figures[number]
        if not amount:
            return cells.NOTHING
        group = "" if row.key is None else f"&group={quote(row.key, safe='')}"
        return cells.anchor(f"{address}&of={key}{group}", viewer.format.figure(amount))

    return Column(key, label, lambda row, viewer: row.figures[number], cell, css="num", kind=Kind.MONEY)


def _salt(currency: str) -> str:
    return f"ageing in {currency}"


@page(Permission.READ)
def ageing(request: DeskRequest) -> HttpResponse:
    viewer = viewer_of(request)
    form = AgeingForm(request.GET, viewer)
    context: dict[str, Any] = {"form": form}
    status = 200
    if not form.is_valid():
        status = 422
    elif form.built_at is not None:
        report = AgeingPage(form, viewer, request.GET.get("after", ""))
        context["report"], status = report, report.status
    # Going back in the browser asks by htmx too, and needs the whole page.
    is_part = request.htmx.target == REPORT and not request.htmx.history_restore_request
    response = render(
        request, "ageing/_report.html" if is_part else "ageing/page.html", context, status=status
    )
    response["Vary"] = "HX-Request, HX-Target"
    if is_part:
        # Without what is as by default, which the form has sent along; and nobody goes back to a refusal.
        query = form.query(after=request.GET.get("after", ""))
        response["HX-Push-Url"] = "false" if status == 422 else f"{request.path}?{query}".rstrip("?")
    return response
