"""What is done once after a restore, store by store; what becomes of the Changes is in changes/test_restored.py."""

import uuid
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from arportal.receivables.management.commands import after_restore
from arportal.receivables.models import Discrepancy
from arportal.stores.models import Store


@pytest.fixture
def restored(monkeypatch, store, other_store) -> dict:
    """Runs with nothing to look up and these comparisons by store."""
    Store.objects.filter(pk=other_store.pk).update(disconnected_at=timezone.now())
    done = {"doubted": [], "compared": []}

    def compare(store: Store) -> SimpleNamespace:
        done["compared"].append(store.slug)
        return SimpleNamespace(compared=7, problem=done.get("problem", ""))

    monkeypatch.setattr(
        after_restore, "doubt_open_changes", lambda store: done["doubted"].append(store.slug) or 3
    )
    monkeypatch.setattr(after_restore, "reconcile_store", compare)
    return done


def test_what_is_found_is_counted_for_each_connected_store(restored, store, other_store, capsys):
    about = {"kind": "double", "company_id": 1}
    for where, resolved_at in ((store, None), (store, timezone.now()), (other_store, None)):
        Discrepancy.objects.create(store=where, external_id=uuid.uuid4(), resolved_at=resolved_at, **about)
    call_command("after_restore")
    assert (restored["doubted"], restored["compared"]) == (["demo"], ["demo"])
    assert capsys.readouterr().out == (
        "demo: 3 changes are looked up before they are sent; 7 payments compared, 1 to look at under Repairs.\n"
    )


def test_a_comparison_that_was_not_brought_to_its_end_is_an_error(restored):
    restored["problem"] = "The store does not answer."
    with pytest.raises(CommandError, match=r"demo: The store does not answer\. Run it again\."):
        call_command("after_restore")
