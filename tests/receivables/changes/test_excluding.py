"""One change of a thing at a time: what stands in the way of the next, and what does not."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.excluding import check_free, under_way
from arportal.receivables.models import Change
from arportal.stores.models import Membership

State, Verb = Change.State, Change.Verb
THING = 17
VERBS = frozenset({Verb.EDIT_INVOICE, Verb.DELETE_INVOICE})


def change(actor: Membership, state: State = State.SENT, verb: Verb = Verb.EDIT_INVOICE, **more) -> Change:
    more = {"target_id": THING, "store": actor.store, **more}
    return Change.objects.create(id=uuid.uuid4(), actor=actor, state=state, verb=verb, company_id=1, **more)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.WAITING, "“Edit invoice” by AR clerk waits for approval: approve or withdraw that first."),
        (State.ASKED, "“Edit invoice” by AR clerk waits to be sent. Let it finish, then look again."),
        (State.SENT, "“Edit invoice” by AR clerk is being confirmed. Wait for it, then look again."),
        (State.UNKNOWN, "“Edit invoice” by AR clerk is being confirmed. Wait for it, then look again."),
        (State.APPLIED, "“Edit invoice” by AR clerk is being confirmed. Wait for it, then look again."),
    ],
)
def test_it_works(clerk, state, words):
    change(clerk, state)
    with pytest.raises(Invalid) as refused:
        check_free(clerk.store, [THING], VERBS)
    assert refused.value.fields == {"": [words]}


def test_the_second_thing_of_a_change_is_taken_too(clerk):
    """The credit, while it is applied to an invoice."""
    change(clerk, target_id=THING + 1, credit_id=THING)
    with pytest.raises(Invalid, match="is being confirmed"):
        check_free(clerk.store, [THING], VERBS)


def test_it_is_free_of_what_is_over_or_about_something_else(clerk, other_store):
    change(clerk, State.REFUSED)
    change(clerk, State.APPLIED, mirrored_at=timezone.now())
    change(clerk, verb=Verb.RECORD_PAYMENT)
    change(clerk, target_id=THING + 1)
    change(clerk, target_id=None)
    change(clerk, store=other_store)
    check_free(clerk.store, [THING], VERBS)


def test_of_several_it_is_the_oldest_of_each_thing(clerk, django_assert_num_queries):
    """Whoever waits is told of the one that has to end first, and asking for many is one query."""
    now = timezone.now()
    asked = {
        minutes: change(
            clerk, target_id=target, verb=Verb.DELETE_INVOICE, asked_at=now - dt.timedelta(minutes=minutes)
        )
        for minutes, target in ((1, THING), (3, THING), (2, THING), (4, THING + 1))
    }
    with django_assert_num_queries(1):
        oldest = under_way(clerk.store, [THING, THING + 1, THING + 2], VERBS)
        people = {str(each.actor.user) for each in oldest.values()}
    assert oldest == {THING: asked[3], THING + 1: asked[4]}
    assert people == {"AR clerk"}
