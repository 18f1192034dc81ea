"""Whole minutes of traffic in a simulated world: nearly no refusals, nearly nothing wasted, other clients spared."""

import pytest

from arportal.mirror.rate_limit.scheduler import Priority
from tests.mirror.rate_limit.budget_world import (
    ALLOCATED,
    RESERVE,
    FixedWindows,
    LooksBack,
    SaysNothing,
    World,
)

MINUTES = 3


def watched(server, *, seed=1, other_clients=30, workers=4, person=True):
    """A world after some minutes; the first is for getting to know each other."""
    world = World(server, seed)
    if other_clients:
        world.add(world.other_clients(other_clients))
    for _ in range(workers):
        world.add(world.ours(Priority.WORKER))
    if person:
        world.add(world.ours(Priority.PERSON, world.pause))
    world.run(60 * (MINUTES + 1))
    return world


def share(world):
    """Ours of what other clients and the reserve left free, after the first minute."""
    free = (ALLOCATED - RESERVE) * MINUTES - world.count("other client", since=60)
    return world.count("worker", "person", since=60) / free


@pytest.mark.parametrize("server", [FixedWindows, LooksBack])
@pytest.mark.parametrize("seed", range(2))
def test_it_works(server, seed):
    world = watched(server(), seed=seed)
    assert world.count("worker", "person", status=429) == 0
    assert share(world) >= 0.9
    assert world.most_of_ours_in_a_minute() <= ALLOCATED


@pytest.mark.parametrize("server", [FixedWindows, LooksBack, SaysNothing])
def test_alone_we_use_all_but_the_reserve(server):
    world = watched(server(), other_clients=0)
    assert world.count("worker", "person", status=429) == 0
    assert share(world) >= 0.9
    assert world.most_of_ours_in_a_minute() <= ALLOCATED


@pytest.mark.parametrize("server", [FixedWindows, LooksBack])
def test_busy_other_clients_are_spared(server):
    world = watched(server(), other_clients=90)
    assert world.count("other client", status=429, since=120) <= 3
    assert share(world) >= 0.9


@pytest.mark.parametrize("server", [FixedWindows, LooksBack])
def test_many_workers_are_no_faster_than_few(server):
    world = watched(server(), workers=16)
    assert world.count("worker", "person", status=429) == 0
    assert share(world) >= 0.9


def test_a_person_is_served_at_once_however_busy_the_workers_are():
    world = watched(FixedWindows())
    assert world.longest_wait_of_a_person < 1
    assert world.count("person") > 10
