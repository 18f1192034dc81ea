"""Whatever happens at the store between and during passes, the mirror agrees once they settle."""

import pytest

from tests.mirror.sync.agreement import differences
from tests.mirror.sync.lives import live_through
from tests.mirror.sync.troubles import Trouble, drawn
from tests.whole import only_whole, whole_or

# The one begins with an empty mirror, a full pass and a store that lists late, and meets every trouble.
SEEDS = whole_or((0, 3, 55), (55,))


# Two hundred: `make bench ONLY=A1`.
@only_whole("test_a_difference_is_noticed")
@pytest.mark.parametrize("seed", SEEDS)
def test_it_works(store, sandbox, seed):
    live_through(store, sandbox, seed)
    assert differences(store, sandbox) == {}


def test_every_trouble_is_drawn():
    passes = [drawn(seed, number) for seed in SEEDS for number in range(3)]
    assert set().union(*passes) == set(Trouble)


def test_a_difference_is_noticed(store, sandbox, open_invoices):
    open_invoices[0].open_balance += 1
    open_invoices[0].save()
    assert list(differences(store, sandbox)) == ["invoices"]
