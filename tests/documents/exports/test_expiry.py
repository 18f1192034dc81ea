"""Exports are kept for a week."""

import datetime as dt

import pytest
from django.utils import timezone

from arportal.documents import tasks
from arportal.documents.exports import merging, packing
from arportal.documents.exports.control import carry_on
from arportal.documents.models import ArchivePiece, Export, ExportFile, ExportItem
from tests.documents.exports.conftest import COUNT, LINK, content, finish, work
from tests.whole import whole_or


def later(days: float) -> None:
    for export in Export.objects.exclude(finished_at=None):
        Export.objects.filter(pk=export.pk).update(finished_at=export.finished_at - dt.timedelta(days=days))
    tasks.remove_old_exports(timestamp=0)


def test_it_works(start):
    export = finish(start())
    later(days=6.9)
    assert content(export)
    later(days=0.2)
    for model in (Export, ExportItem, ExportFile, ArchivePiece):
        assert not model.objects.exists()


def test_one_under_way_is_not_removed(start):
    start()
    Export.objects.update(asked_at=timezone.now() - dt.timedelta(days=9))
    later(days=9)
    assert Export.objects.count() == 1


@pytest.mark.parametrize("fault", whole_or([False, True], [True]))
def test_single_files_are_kept_only_while_something_may_be_added(start, chosen, sandbox, fault):
    if fault:
        sandbox.fault("500", path=f"/invoices/{chosen[3].api_id}{LINK}", probability=1)
    finish(start())
    assert ExportFile.objects.count() == (COUNT - 1 if fault else 0)


def test_an_archive_that_cannot_be_made(start, viewer, monkeypatch):
    def full(export, file):
        raise OSError("No space left on device")

    monkeypatch.setattr(packing, "zip_files", full)
    export = finish(start())
    assert (export.state, "log" in export.problem) == ("stopped", True)
    monkeypatch.undo()
    carry_on(viewer, export)
    assert finish(export).archive.files == COUNT


def test_too_much_to_be_merged(start, monkeypatch):
    monkeypatch.setattr(merging, "MOST_BYTES", 10_000)
    export = finish(start(shape="merged"))
    assert (export.state, "zip" in export.problem) == ("stopped", True)


def test_packing_twice_is_packing_once(start):
    export = work(start())
    for _ in range(2):
        tasks.pack_export(export_id=str(export.pk))
    assert Export.objects.get().state == "ready"


@pytest.mark.django_db
def test_jobs_of_an_export_that_was_removed():
    missing = "00000000-0000-0000-0000-000000000001"
    tasks.work_on_export(export_id=missing, lane=1)
    tasks.pack_export(export_id=missing)
