"""A new Change of what its form says and what the verb adds."""

import uuid
from decimal import Decimal

import pytest

from arportal.receivables.changes import deferring
from arportal.receivables.changes.draft import Content, Draft, new_change
from arportal.receivables.models import Change

State = Change.State
FORM, BATCH = uuid.UUID(int=1), uuid.UUID(int=2)


@pytest.fixture
def ask(clerk):
    """Asks for a credit of 3 to be applied to an invoice."""

    def ask(batch: uuid.UUID | None = None, *, needs_approval: bool = False) -> Change:
        content = Content(target_id=17, credit_id=18, payload={"amount": "3"})
        draft = Draft(
            company_id=7,
            before={"open": "5"},
            after={"open": "2"},
            amount=Decimal(3),
            currency="EUR",
            needs_approval=needs_approval,
        )
        return new_change(clerk, FORM, Change.Verb.APPLY_CREDIT, content, draft, batch)

    return ask


def test_it_works(ask, clerk):
    change = ask()
    assert (change.pk, change.store, change.actor) == (FORM, clerk.store, clerk)
    assert (change.verb, change.company_id) == (Change.Verb.APPLY_CREDIT, 7)
    assert (change.target_id, change.credit_id, change.payload) == (17, 18, {"amount": "3"})
    assert (change.before, change.after) == ({"open": "5"}, {"open": "2"})
    assert (change.amount, change.currency) == (Decimal(3), "EUR")
    assert (change.state, change.attempts) == (State.ASKED, 0)
    assert (change.batch, change.is_deferred) == (None, False)


def test_what_waits_for_room_is_sent_by_the_line_and_a_batch_by_its_own_job(ask):
    with deferring.asking(is_deferred=True):
        assert ask().is_deferred
        of_batch = ask(BATCH)
    assert (of_batch.batch, of_batch.is_deferred) == (BATCH, False)


@pytest.mark.parametrize(
    ("limit", "needs_approval", "state"),
    [
        ({"EUR": "3"}, False, State.ASKED),
        ({"EUR": "2.99"}, False, State.WAITING),
        ({}, True, State.WAITING),
    ],
)
def test_a_second_person_is_needed_above_the_limit_or_by_a_rule_of_the_verb(
    ask, clerk, limit, needs_approval, state
):
    clerk.store.approval_limits = limit
    assert ask(needs_approval=needs_approval).state == state
