"""Many PDFs at once: what was chosen comes, or is named among the failures; nothing else does."""

import hashlib
import io
import uuid
import zipfile

import pypdf
import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from arportal.documents.exports import create
from arportal.documents.exports.create import create_export
from arportal.documents.models import Export, ExportFile
from arportal.mirror.models import Invoice
from arportal.receivables.changes.errors import Invalid
from arportal.stores.models import Membership
from tests.documents.exports.conftest import COUNT, FILE, LINK, content, failures, file_of, finish, rows, work
from tests.whole import only_whole, whole_or


def test_it_works(start, chosen):
    export = start()
    jobs = ProcrastinateJob.objects.filter(task_name="arportal.documents.tasks.work_on_export")
    assert {job.lock for job in jobs} == {f"export-{export.pk}-{lane}" for lane in (1, 2, 3)}
    export = finish(export)
    assert (export.state, export.archive.files) == ("ready", COUNT)
    assert export.archive.sha256 == hashlib.sha256(content(export)).hexdigest()
    with zipfile.ZipFile(io.BytesIO(content(export))) as archive:
        manifest = rows(archive.read("manifest.csv"))
        assert [row["invoice"] for row in manifest] == [invoice.number for invoice in chosen]
        assert [row["file"] for row in manifest] + ["manifest.csv"] == archive.namelist()
        for row in manifest:
            assert row["sha256"] == hashlib.sha256(archive.read(row["file"])).hexdigest()
            assert (row["source"], row["time"][-1]) == ("store", "Z")


@only_whole("test_it_works")
def test_merged_into_one(start, chosen):
    export = finish(start(shape="merged"))
    merged = pypdf.PdfReader(io.BytesIO(content(export)), strict=True)
    titles = [f"{each.number} {each.company_name}" for each in chosen]
    assert [mark.title for mark in merged.outline] == titles
    texts = [merged.pages[merged.get_destination_page_number(mark)].extract_text() for mark in merged.outline]
    assert all(invoice.number in text for invoice, text in zip(chosen, texts, strict=True))
    assert len(rows(export.archive.manifest)) == COUNT


def test_what_cannot_be_merged_is_named(start, chosen):
    export = work(start(shape="merged"))
    ExportFile.objects.filter(item__position=5).update(content=b"%PDF-1.7 and then nothing of the kind %%EOF")
    export = finish(export)
    assert "zip" in failures(export)[chosen[4].number]
    assert len(pypdf.PdfReader(io.BytesIO(content(export))).outline) == COUNT - 1


@pytest.mark.parametrize("source", whole_or(["store", "ours"], ["store"]))
def test_what_was_made_once_is_not_made_again(start, chosen, sandbox, source):
    first = finish(start(source=source))
    assert first.archive.files == COUNT
    assert {row["source"] for row in rows(first.archive.manifest)} == {source}
    sandbox.control("DELETE", "requests")
    second = finish(start(source=source))
    assert {row["source"] for row in rows(second.archive.manifest)} == {f"{source} (kept copy)"}
    assert [row["sha256"] for row in rows(second.archive.manifest)] == [
        row["sha256"] for row in rows(first.archive.manifest)
    ]
    assert sandbox.control("GET", "requests") == []
    # But for what has changed.
    Invoice.objects.filter(pk=chosen[2].pk).update(updated_at=timezone.now(), open_balance=1)
    manifest = rows(finish(start(source=source)).archive.manifest)
    assert [row["invoice"] for row in manifest if row["source"] == source] == [chosen[2].number]


def test_what_fails_at_the_store_is_named(start, chosen, sandbox):
    kinds = ("500", "expired_link", "401", "body_422")
    for invoice, kind in zip(chosen, kinds, strict=False):
        sandbox.fault(kind, path=f"/invoices/{invoice.api_id}{LINK}", probability=1)
    export = finish(start())
    assert list(failures(export)) == [invoice.number for invoice in chosen[: len(kinds)]]
    assert export.archive.files == COUNT - len(kinds)


@only_whole("test_all_fail")
def test_a_passing_failure_is_tried_once_more(start, chosen, sandbox):
    for invoice, kind in zip(chosen, ("html", "500", "drop_before", "truncated"), strict=False):
        sandbox.fault(kind, path=file_of(invoice.api_id))
    export = finish(start())
    assert (export.archive.files, failures(export)) == (COUNT, {})


def test_all_fail(start, sandbox):
    sandbox.fault("html", path=FILE, probability=1)
    export = finish(start(shape="merged"))
    assert (export.state, export.archive.files, len(failures(export))) == ("ready", 0, COUNT)


def test_only_what_one_may_see(start, viewer, company):
    Membership.objects.filter(pk=viewer.pk).update(all_companies=False, company_ids=[company.api_id])
    viewer.refresh_from_db()
    export = start(Invoice.objects.order_by("api_id"), viewer)
    own = Invoice.objects.filter(store=company.store, company_id=company.api_id, gone_at=None)
    assert {item.invoice_id for item in export.items.all()} == set(own.values_list("api_id", flat=True))
    assert export.company_ids == [company.api_id]


def test_whoever_loses_the_right_midway_gets_no_more(start, viewer, chosen):
    export = start()
    own = chosen[0].company_id
    Membership.objects.filter(pk=viewer.pk).update(all_companies=False, company_ids=[own])
    assert set(failures(finish(export))) == {each.number for each in chosen if each.company_id != own}


def test_an_invoice_that_goes_or_moves_away_midway(start, chosen):
    export, (gone, moved, *_others) = start(), list(chosen)
    Invoice.objects.filter(pk=gone.pk).update(gone_at=timezone.now())
    Invoice.objects.filter(pk=moved.pk).update(company_id=987_654)
    reasons = failures(finish(export))
    assert "no longer at the store" in reasons[gone.number]
    assert "another company" in reasons[moved.number]


def test_what_changes_later_does_not_change_the_selection(start, chosen):
    export, before = (
        start(invoices=chosen.filter(open_balance__gt=0)),
        chosen.filter(open_balance__gt=0).count(),
    )
    chosen.update(open_balance=0)
    assert finish(export).archive.files == before > 0


@pytest.fixture
def ask_for(chosen):
    def ask_for(actor, export_id=None, invoices=chosen, shape="zip") -> Export:
        shape, source = Export.Shape(shape), Export.Source.STORE
        return create_export(actor, export_id or uuid.uuid4(), invoices, source=source, shape=shape)

    return ask_for


def test_asking_twice_with_one_form_is_one_export(ask_for, viewer, clerk):
    export = ask_for(viewer)
    assert ask_for(viewer, export.pk) == export
    with pytest.raises(Invalid, match="already used"):
        ask_for(clerk, export.pk)


def test_nothing_chosen(ask_for, viewer):
    with pytest.raises(Invalid, match="No invoice"):
        ask_for(viewer, invoices=Invoice.objects.none())


@pytest.mark.parametrize(("shape", "limit"), [("zip", "MOST"), ("merged", "MOST_MERGED")])
def test_too_many_chosen(ask_for, viewer, monkeypatch, shape, limit):
    monkeypatch.setattr(create, limit, COUNT - 1)
    with pytest.raises(Invalid, match=f"at most {COUNT - 1}"):
        ask_for(viewer, shape=shape)


def test_too_many_at_once(ask_for, viewer, clerk):
    for _ in range(create.MOST_AT_ONCE):
        ask_for(viewer)
    with pytest.raises(Invalid, match="under way"):
        ask_for(viewer)
    assert ask_for(clerk)
