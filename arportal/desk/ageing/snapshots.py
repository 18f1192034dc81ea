"""Month-ends that were kept: what was known then, whether the ledger still says so, and what is known since."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import sub

from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from arportal.b2b import Money
from arportal.desk.ageing.invoices import invoices_by_id
from arportal.desk.lists import cells
from arportal.desk.lists.lists import viewer_of
from arportal.desk.lists.tables import Column, Table, Viewer, money_column
from arportal.desk.site.links import link
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror.ids import ids_in
from arportal.mirror.models import Invoice
from arportal.receivables.ageing.ageing import Aged, AsOf, ageing
from arportal.receivables.ageing.closing import next_to_close
from arportal.receivables.ageing.differences import Difference, State, as_known_now, differences
from arportal.receivables.ageing.grouping import by_company
from arportal.receivables.ageing.snapshots import as_known_then, kept, mismatches
from arportal.receivables.models import AgeingSnapshot, SnapshotRow
from arportal.stores.access import Permission, may
from arportal.stores.models import Activity, Membership

SIZE = 50
# Of companies for which the ledger says something else, so many are named.
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A difference, with the invoice where the actor may see it."""

    api_id: int
    difference: Difference
    invoice: Invoice | None

    @property
    def invoice_id(self) -> int:
        return self.difference.invoice_id


@dataclass(frozen=True)
class Compared:
    """The totals of one currency: as kept, as known now, and what lies between."""

    currency: str
    lines: list[tuple[str, list[Money]]]


def _state(state: State, viewer: Viewer) -> SafeString:
    bucket = "" if state.bucket is None else str(state.bucket.label)
    return cells.with_under(cells.money(state.balance, viewer.format), bucket)


def _why(row: Row, viewer: Viewer) -> SafeString:
    """Each entry that was seen later, and a new day from which the invoice ages."""
    words = _("%(cause)s %(amount)s, took effect on %(day)s, seen %(seen)s")
    reasons = [
        words
        % {
            "cause": entry.get_cause_display(),
            "amount": viewer.format.amount(Money(entry.amount, entry.currency)),
            "day": viewer.format.date(entry.effective_on),
            "seen": viewer.format.moment(entry.observed_at),
        }
        for entry in row.difference.late
    ]
    if row.difference.is_redated:
        days = [
            viewer.format.date(state.aged_on) or _("no day")
            for state in (row.difference.then, row.difference.now)
        ]
        reasons.append(_("Its day was changed from %(then)s to %(now)s") % {"then": days[0], "now": days[1]})
    return cells.lines([cells.markup("{}", reason) for reason in reasons])


def invoice_cell(row: Row, viewer: Viewer) -> SafeString | str:
    """The number, the id of an invoice that the actor may not see; one that is gone has no page."""
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
        css="text p3",
    ),
    Column("then", _lazy("Then"), lambda row, viewer: _state(row.difference.then, viewer), css="num p2"),
    Column("now", _lazy("Now"), lambda row, viewer: _state(row.difference.now, viewer), css="num p2"),
    money_column("difference", _lazy("Difference"), lambda row: row.difference.amount),
    Column("why", _lazy("Why"), _why),
)


@page(Permission.READ)
def ageing_snapshots(request: DeskRequest) -> HttpResponse:
    """All month-ends, the latest first, with the balances of the companies that the person may see."""
    sums = (
        SnapshotRow.objects.visible_to(request.actor)
        .values_list("snapshot_id", "currency")
        .annotate(Sum("open"), Sum("credit"))
        .order_by("currency")
    )
    by_snapshot: dict[int, list[tuple[Money, Money]]] = {}
    for snapshot_id, currency, opened, credit in sums:
        by_snapshot.setdefault(snapshot_id, []).append((Money(opened, currency), Money(credit, currency)))
    snapshots = AgeingSnapshot.objects.filter(store=request.store).order_by("-as_of")
    months = [(snapshot, by_snapshot.get(snapshot.pk, [])) for snapshot in snapshots]
    to_close = next_to_close(request.store, request.store.today(timezone.now()))
    told = Activity.objects.filter(store=request.store, kind=Activity.Kind.PERIOD)
    context = {
        "months": months,
        "to_close": to_close if may(request.actor, Permission.CLOSE_MONTH) else None,
        "may_reopen": may(request.actor, Permission.REOPEN_MONTH),
        "closing": told.order_by("-at", "-pk").first(),
    }
    return render(request, "ageing/snapshots.html", context)


@page(Permission.READ)
def ageing_snapshot(request: DeskRequest, snapshot_id: int) -> HttpResponse:
    snapshot = AgeingSnapshot.objects.filter(store=request.store, pk=snapshot_id).first()
    if snapshot is None:
        raise Http404(_("There is no such month-end."))
    viewer = viewer_of(request)
    as_of = as_known_then(snapshot, viewer.today)
    mismatched = mismatches(request.actor, snapshot, viewer.today)
    names = by_company(request.actor).names(str(row.company_id) for row in mismatched[:MOST_NAMED])
    found = differences(request.actor, as_of, _after(request.GET.get("after", "")), SIZE + 1)
    shown = found[:SIZE]
    invoices = invoices_by_id(request.actor, [each.invoice_id for each in shown])
    table = Table(COLUMNS, viewer)
    own = f"{link('ageing', viewer.slug)}?on={snapshot.as_of}"
    last = shown[-1] if len(found) > SIZE else None
    context = {
        "snapshot": snapshot,
        "headings": [*(bucket.label for bucket in as_of.buckets), _("Open"), _("Credit"), _("Balance")],
        "compared": list(compared(request.actor, snapshot, as_of)),
        "companies": len({row.company_id for row in kept(request.actor, snapshot)}),
        "wrong": len(mismatched),
        "names": sorted(names.values()),
        "head": table.plain_head(),
        "body": table.body(
            Row(number, line, invoices.get(line.invoice_id)) for number, line in enumerate(shown)
        ),
        "then_url": f"{own}&known={snapshot.as_of}",
        "now_url": own,
        "first_url": "?" if request.GET.get("after") else "",
        "next_url": f"?after={last.invoice_id}-{last.company_id}" if last else "",
    }
    return render(request, "ageing/snapshot.html", context)


def compared(actor: Membership, snapshot: AgeingSnapshot, as_of: AsOf) -> Iterator[Compared]:
    """The totals of each currency, of the companies that the actor may see."""
    then, now = kept(actor, snapshot), ageing(actor, as_known_now(as_of))
    own = actor.store.currency
    for currency in sorted({row.currency for row in (*then, *now)}, key=lambda code: (code != own, code)):
        nothing = Aged.nothing(currency, as_of.buckets)
        before = reduce(Aged.plus, (row for row in then if row.currency == currency), nothing)
        after = reduce(Aged.plus, (row for row in now if row.currency == currency), nothing)
        yield Compared(
            currency,
            [
                (_("As kept"), before.figures),
                (_("As known now"), after.figures),
                (_("Difference"), list(map(sub, after.figures, before.figures))),
            ],
        )


def _after(cursor: str) -> tuple[int, int] | None:
    """An invoice and a company, as the address of a page names them; None for what is no such thing."""
    ids = ids_in(cursor.split("-"))
    return (ids[0], ids[1]) if len(ids) == 2 else None
