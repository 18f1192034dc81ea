"""Copies of open invoices' PDFs, made while there is nothing better to do."""

import datetime as dt

import pytest
from django.utils import timezone

from arportal.documents.exports import warming
from arportal.documents.exports.warming import has_room, warm
from arportal.documents.models import Export
from arportal.mirror.models import Invoice, RequestBudget
from tests.documents.exports.conftest import FILE, asked_for_pdfs, finish


@pytest.fixture
def newest(store) -> Invoice:
    return Invoice.objects.filter(store=store).outstanding().order_by("-api_id")[0]


def test_it_works(store, newest, start, sandbox, monkeypatch):
    monkeypatch.setattr(warming, "FETCHED", 3)
    step = warm(store, before=None)
    assert (step.made, step.fetched, step.before) == (3, 3, step.before)
    assert newest.api_id > step.before
    sandbox.control("DELETE", "requests")
    for source in (Export.Source.STORE, Export.Source.OURS):
        warmed = Invoice.objects.filter(store=store, api_id=newest.api_id)
        assert finish(start(warmed, source=source)).items.get().was_kept
    assert asked_for_pdfs(sandbox) == []


def test_it_goes_on_where_it_was_and_comes_to_an_end(store, monkeypatch):
    monkeypatch.setattr(warming, "LOOKED_AT", 40)
    monkeypatch.setattr(warming, "made_once", lambda _name, key, _job: warming.cache.put(key, b"made"))
    steps, before, fetched = 0, None, 0
    while steps == 0 or before is not None:
        step = warm(store, before)
        steps, before, fetched = steps + 1, step.before, fetched + step.fetched
    assert fetched == Invoice.objects.filter(store=store, gone_at=None).outstanding().count()
    assert not warm(store, None).has_worked


def test_a_failure_is_no_reason_to_stop(store, sandbox, monkeypatch):
    monkeypatch.setattr(warming, "FETCHED", 3)
    sandbox.fault("html", path=FILE, probability=1)
    assert warm(store, None).fetched == 3


def test_no_room_while_an_export_is_under_way(store, start):
    assert has_room(store)
    export = start()
    assert not has_room(store)
    finish(export)
    assert has_room(store)


@pytest.mark.parametrize("reason", ["trouble", "pause", "use"])
def test_no_room_in_the_stores_requests(store, reason):
    now = timezone.now()
    told = {
        "trouble": {"problem": "gave no answer"},
        "pause": {"opens_until": now + dt.timedelta(minutes=1)},
        "use": {"allocated": 20, "turns": {str(int(now.timestamp())): 15}},
    }[reason]
    RequestBudget.objects.update_or_create(store=store, defaults={"allocated": 150} | told)
    assert not has_room(store)
