"""One request of a person, and the store without room that it has met."""

from arportal.b2b.errors import RateLimited, Unavailable
from arportal.receivables.changes import deferring


def test_it_works():
    with deferring.asking(is_deferred=True):
        assert (deferring.is_deferred(), deferring.busy()) == (True, 0)
        deferring.met(Unavailable("no answer"))
        assert deferring.busy() == 0
        deferring.met(RateLimited("busy", wait=40.4))
        assert deferring.busy() == 40


def test_it_ends_with_the_request():
    with deferring.asking(is_deferred=True):
        with deferring.asking(is_deferred=False):
            deferring.met(RateLimited("busy", wait=40))
            assert not deferring.is_deferred()
        assert (deferring.is_deferred(), deferring.busy()) == (True, 0)
    deferring.met(RateLimited("busy", wait=40))  # Nobody's request: a worker's.
    deferring.get_by()
    assert (deferring.is_deferred(), deferring.busy()) == (False, 0)


def test_a_wait_is_a_second_at_least_unless_the_page_gets_by_without():
    with deferring.asking(is_deferred=False):
        deferring.met(RateLimited("busy", wait=0.2))
        assert deferring.busy() == 1
        deferring.get_by()
        assert deferring.busy() == 0
