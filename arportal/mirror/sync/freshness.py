"""The age of the figures on a page, what keeps them from being newer, and the age of each list by itself."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Min
from django.utils.translation import gettext as _

from arportal.mirror.models import Company, CreditTerms, SyncPass, Watermark
from arportal.mirror.rate_limit.cadence import CADENCES, CREDIT_TERMS_EVERY, METHODS, PASS
from arportal.mirror.sync import hot
from arportal.mirror.sync.credit_terms import CREDIT, TERMS, switched_off
from arportal.stores.models import Store

# What a page may name as what it shows.
COMPANIES = ("companies", "buyers", METHODS)
ORDERS = ("orders",)
RECEIPTS = ("receipts", "receipt lines")


@dataclass(frozen=True)
class Freshness:
    """`as_of`: no figure is older; None when one was never read. `synced_at`: the start of the last complete
    sync, None before the first; `problem`: why the latest failed."""

    as_of: dt.datetime | None
    synced_at: dt.datetime | None
    problem: str


@dataclass(frozen=True)
class ListFreshness:
    """A list is read about so often; None as `as_of`: not all of it was ever read. `is_off`: the store refuses
    it, `parts_off`: only these parts of it. So many records of it were `left_out`: what is here of them may be
    older."""

    name: str
    as_of: dt.datetime | None
    every: dt.timedelta
    is_off: bool = False
    parts_off: tuple[str, ...] = ()
    left_out: int = 0


def has_changed_since(store: Store, moment: dt.datetime) -> bool:
    """True if a sync that began later has brought anything new."""
    return SyncPass.objects.filter(store=store, started_at__gt=moment, rows_changed__gt=0).exists()


def freshness(store: Store, lists: Collection[str] = ()) -> Freshness:
    """The freshness of invoices and payments, which every pass reads, and of `lists`, which not every one does."""
    finished = SyncPass.objects.filter(store=store).exclude(finished_at=None).order_by("-started_at")
    latest = finished.first()
    complete = latest if latest is None or not latest.problem else finished.filter(problem="").first()
    as_of = synced_at = complete.started_at if complete else None
    if synced_at and lists:
        marks = Watermark.objects.filter(store=store, resource__in=lists)
        times = [mark.read_at for mark in marks if mark.read_at is not None]
        as_of = min([synced_at, *times]) if len(times) == len(lists) else None
    problem = latest.problem if latest else ""
    if store.disconnected_at is not None:
        problem = _("The store is disconnected: nothing new is read.")
    return Freshness(as_of=as_of, synced_at=synced_at, problem=problem)


def freshness_of_lists(store: Store) -> list[ListFreshness]:
    """The most often read first; what is read a little at a time is as old as its oldest part."""
    marks = {mark.resource: mark for mark in Watermark.objects.filter(store=store, resource__in=CADENCES)}
    lists = []
    for name, cadence in sorted(CADENCES.items(), key=lambda item: item[1].every):
        mark = marks.get(name, Watermark())
        lists.append(ListFreshness(name, mark.read_at, cadence.every, is_off=mark.off_since is not None))
    return [*lists, _owed(store), _credit_terms(store)]


def _owed(store: Store) -> ListFreshness:
    marks = Watermark.objects.filter(store=store, resource__in=hot.HOT.values())
    off = sorted(marks.exclude(off_since=None).values_list("resource", flat=True))
    return ListFreshness(
        name="owed invoices, each read again",
        as_of=hot.last_round(store),
        every=hot.EVERY,
        is_off=len(off) == len(hot.HOT),
        parts_off=tuple(off) if len(off) < len(hot.HOT) else (),
    )


def _credit_terms(store: Store) -> ListFreshness:
    companies = Company.objects.filter(store=store, gone_at=None).values("api_id")
    terms = CreditTerms.objects.filter(store=store, api_id__in=companies)
    is_complete = terms.count() == companies.count()
    off = switched_off(store.pk)
    return ListFreshness(
        name="credit and payment terms, company by company",
        as_of=terms.filter(is_left_out=False).aggregate(at=Min("read_at"))["at"] if is_complete else None,
        every=max(CREDIT_TERMS_EVERY, companies.count() * PASS),  # One a pass at least.
        is_off=off == {CREDIT, TERMS},
        parts_off=tuple(off) if len(off) == 1 else (),
        left_out=terms.filter(is_left_out=True).count(),
    )
