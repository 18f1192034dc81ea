"""How long an export is said to take: by its copies, and by what the latest exports took."""

import datetime as dt
import os
from itertools import count

import pytest
from django.utils import timezone

from arportal.documents.exports import copies, estimates
from arportal.documents.exports.estimates import TO_START, Costs, Took, estimate, learnt, usual_costs
from arportal.documents.models import Export, ExportItem
from arportal.mirror.models import Invoice
from tests.documents.exports.conftest import COUNT, finish
from tests.whole import whole_or

USUAL = Costs(new=0.4, kept=0.02)
OWN, OURS = Export.Source.STORE, Export.Source.OURS
numbers = count(1)


@pytest.fixture
def ids(chosen) -> list[int]:
    return list(chosen.values_list("api_id", flat=True))


@pytest.fixture
def took(viewer, store):
    """Writes down a finished export of so many PDFs that took so many seconds."""

    def took(*, seconds: float, new: int = 0, kept: int = 0, source=OWN, began=None) -> Export:
        number = next(numbers)
        now = began or timezone.now() - dt.timedelta(hours=1) + dt.timedelta(seconds=number)
        export = Export.objects.create(
            id=f"00000000-0000-4000-8000-{number:012}",
            store=store,
            actor=viewer,
            source=source,
            shape="zip",
            company_ids=[],
            total=new + kept,
            state=Export.State.READY,
            began_at=now,
            finished_at=now + dt.timedelta(seconds=seconds),
        )
        ExportItem.objects.bulk_create(
            ExportItem(
                export=export,
                position=position,
                invoice_id=position,
                number=str(position),
                filename=f"{position}.pdf",
                state=ExportItem.State.DONE,
                was_kept=position > new,
                settled_at=now + dt.timedelta(seconds=1),
            )
            for position in range(1, new + kept + 1)
        )
        return export

    return took


@pytest.fixture(autouse=True)
def busy(monkeypatch):
    """So many processes have wanted the two cores of this machine in the last minute: none, unless told."""

    def busy(load: float) -> None:
        monkeypatch.setattr(os, "cpu_count", lambda: 2)
        monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0))

    busy(0.0)
    return busy


def seconds(store, source, ids) -> float:
    return estimate(store, source, ids).time.total_seconds()


def test_at_first_it_is_the_stores_limit_or_the_usual_cost_of_ours(store, ids):
    for source in Export.Source:
        assert seconds(store, source, ids) == pytest.approx(usual_costs(store, source).seconds(len(ids), 0))
    assert usual_costs(store, OWN).new == pytest.approx(60 / estimates.requests_a_minute(store))


@pytest.mark.parametrize(("load", "slower"), [(0.0, 1), (2.0, 2), (10.0, 6)])
def test_on_a_busy_machine_the_first_takes_longer(store, busy, settings, load, slower):
    """What the store allows in a minute stays what it is, and so does a copy."""
    settings.PDF_PROCESSES = 2
    idle = {source: usual_costs(store, source) for source in Export.Source}
    busy(load)
    assert usual_costs(store, OURS) == Costs(idle[OURS].new * slower, idle[OURS].kept)
    assert usual_costs(store, OWN) == idle[OWN]


def test_an_export_under_way_tells_what_one_costs(store, ids, took):
    assert estimate(store, OWN, ids).is_first
    running = took(new=estimates.TELLING, seconds=0)
    running.items.update(settled_at=running.began_at + dt.timedelta(seconds=TO_START + 100))
    Export.objects.filter(pk=running.pk).update(state=Export.State.RUNNING, finished_at=None, total=500)
    assert not estimate(store, OWN, ids).is_first
    assert seconds(store, OWN, ids) == pytest.approx(TO_START + len(ids) * 100 / estimates.TELLING)
    running.items.filter(position=1).delete()
    assert estimate(store, OWN, ids).is_first


@pytest.mark.parametrize("source", whole_or([OWN, OURS], [OWN]))
def test_copies_at_hand_cost_what_a_copy_costs(store, ids, start, chosen, source):
    finish(start(chosen.filter(api_id__in=ids[:2]), source=source))
    costs = usual_costs(store, source)
    assert seconds(store, source, ids) == pytest.approx(costs.seconds(COUNT - 2, 2))
    finish(start(source=source))
    assert seconds(store, source, ids) == pytest.approx(costs.seconds(0, COUNT))


def test_a_copy_of_an_invoice_that_has_changed_is_none(store, ids, start):
    finish(start())
    Invoice.objects.filter(api_id__in=ids).update(open_balance=1)
    assert not any(copies.is_kept(invoice) for invoice in Invoice.objects.filter(api_id__in=ids))
    assert seconds(store, OWN, ids) == pytest.approx(usual_costs(store, OWN).seconds(COUNT, 0))


@pytest.mark.parametrize(
    ("exports", "costs"),
    [
        ([], USUAL),
        ([Took(100, 0, TO_START + 50)], Costs(0.5, 0.02)),
        ([Took(0, 100, TO_START + 1)], Costs(0.4, 0.01)),
        ([Took(100, 0, TO_START + 50), Took(0, 100, TO_START + 1)], Costs(0.5, 0.01)),
        ([Took(60, 50, TO_START + 31)], Costs(0.5, 0.02)),
        ([Took(100, 0, TO_START + each) for each in (40, 50, 900)], Costs(0.5, 0.02)),
        ([Took(100, 0, 0.5)], Costs(0.001, 0.02)),
    ],
)
def test_each_cost_is_learnt_from_the_exports_that_tell_it(exports, costs):
    found = learnt(USUAL, exports)
    assert (found.new, found.kept) == pytest.approx((costs.new, costs.kept))


def test_the_latest_of_this_kind_are_what_it_learns_from(store, ids, took):
    long_ago = timezone.now() - dt.timedelta(days=2)
    for _each in range(estimates.LATEST):
        took(new=50, seconds=TO_START + 500, began=long_ago)
    for _each in range(estimates.LATEST):
        took(new=50, seconds=TO_START + 100)
    took(new=50, seconds=TO_START + 25, source=OURS)
    assert seconds(store, OWN, ids) == pytest.approx(TO_START + 2 * len(ids))
    assert seconds(store, OURS, ids) == pytest.approx(TO_START + 0.5 * len(ids))


def test_a_few_files_and_what_was_done_before_a_retry_teach_nothing(store, ids, took):
    took(new=estimates.TELLING - 1, seconds=1000)
    retried = took(new=50, seconds=1000)
    retried.items.update(settled_at=retried.began_at - dt.timedelta(minutes=5))
    assert seconds(store, OWN, ids) == pytest.approx(usual_costs(store, OWN).seconds(len(ids), 0))
