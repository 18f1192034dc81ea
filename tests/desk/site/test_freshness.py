"""The pill of an open page."""

import datetime as dt
from urllib.parse import quote

import pytest
from django.utils import timezone

from arportal.mirror.models import SyncPass
from tests.whole import whole_or

NOW = timezone.now()


@pytest.fixture
def synced(books):
    """A pass that began so many minutes ago and changed so many rows."""

    def synced(minutes: int, rows_changed: int = 0, problem: str = "") -> dt.datetime:
        began = timezone.now() - dt.timedelta(minutes=minutes)
        SyncPass.objects.create(
            store=books.store, started_at=began, finished_at=began, rows_changed=rows_changed, problem=problem
        )
        return SyncPass.objects.filter(store=books.store).latest("pk").started_at

    return synced


@pytest.fixture
def pill(see):
    return lambda shown="": see(f"freshness/?shown={quote(str(shown))}").content.decode()


def test_it_works(pill, synced):
    synced(3)
    text = pill()
    assert "Synced 3 minutes ago" in text
    assert "<html" not in text


def test_a_sync_that_found_nothing_new_makes_the_page_new(pill, synced):
    shown = synced(30)
    synced(0)
    assert "Synced just now" in pill(shown.isoformat())


def test_what_came_later_is_not_on_the_page(pill, synced):
    shown = synced(30)
    synced(2, rows_changed=1)
    synced(0)
    text = pill(shown.isoformat())
    assert f"As of {shown:%H:%M}" in text
    assert "There are newer ones" in text
    assert "is-stale" in text


def test_what_fails_is_said(pill, synced):
    shown = synced(5)
    synced(1, problem="The API did not answer.")
    text = pill(shown.isoformat())
    assert "is-broken" in text
    assert "The API did not answer." in text


def test_few_queries_and_none_to_the_store(pill, synced, django_assert_max_num_queries):
    shown = synced(5).isoformat()
    with django_assert_max_num_queries(6):
        pill(shown)


@pytest.mark.parametrize(
    "shown",
    whole_or(["", "yesterday", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00"], ["2026-13-01T00:00:00Z"]),
)
def test_what_is_no_moment_counts_for_nothing(pill, synced, shown):
    synced(3, rows_changed=9)
    assert "Synced 3 minutes ago" in pill(shown)
