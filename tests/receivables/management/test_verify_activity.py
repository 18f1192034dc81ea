"""What the command says of each store's chain; what is found in one is in activity/test_chain.py."""

from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from arportal.receivables.activity.sealing import seal
from arportal.receivables.activity.verifying import Verified, verify
from arportal.receivables.management.commands import verify_activity
from arportal.stores.activity import Kind, record
from arportal.stores.models import Store


@pytest.fixture
def ends(store, other_store) -> dict[str, str]:
    """Store → its end, as the command prints it."""
    for each in (store, other_store):
        record(each, Kind.RATE, "EUR 1.1")
        seal(each)
    return {each.slug: f"{each.slug}:1:{verify(each).seal}" for each in (store, other_store)}


def test_the_end_of_each_store_or_of_one(ends, capsys):
    call_command("verify_activity")
    assert capsys.readouterr().out.split() == [ends["demo"], ends["other"]]
    call_command("verify_activity", store="other", expect=list(ends.values()))
    assert capsys.readouterr().out.split() == [ends["other"]]
    with pytest.raises(CommandError, match="no such store"):
        call_command("verify_activity", store="nowhere")


def test_an_end_is_of_its_store_place_and_seal(ends):
    demo, other = ends["demo"].split(":"), ends["other"].split(":")
    for noted in (
        ["nowhere", *demo[1:]],
        ["demo", "2", demo[2]],
        ["demo", "1", other[2]],
    ):
        with pytest.raises(CommandError, match=f"{noted[0]}: the chain does not hold .* position {noted[1]}"):
            call_command("verify_activity", expect=[":".join(noted)])
    for noted in ("demo", "demo:1", "demo:one:abc", f"{ends['demo']}:1"):
        with pytest.raises(CommandError, match=f"{noted} is not SLUG:ROWS:SEAL"):
            call_command("verify_activity", expect=[noted])


def test_every_problem_is_told(ends, monkeypatch, capsys):
    def damaged(store: Store) -> Verified:
        return replace(verify(store), problem="altered" if store.slug == "other" else "")

    monkeypatch.setattr(verify_activity, "verify", damaged)
    with pytest.raises(CommandError) as told:
        call_command("verify_activity", expect=["demo:9:abc"])
    assert str(told.value).splitlines() == [
        "other: altered",
        "demo: the chain does not hold the end that was noted at position 9",
    ]
    assert capsys.readouterr().out.split() == [ends["demo"]]
