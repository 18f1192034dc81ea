"""The contract of all verbs, each in turn: who may not is refused, one form is one change, two people never undo each
other unseen, and what was lost on the way is found or sent again, once."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils import timezone

from arportal.mirror.api.connections import client_for
from arportal.receivables.changes import changes
from arportal.receivables.changes import verb as verb_module
from arportal.receivables.changes.errors import Invalid, StoreUnreadable
from arportal.receivables.changes.state_machine import QUARANTINE, LookupOutcome
from arportal.receivables.changes.verb import Verb, perform, verbs
from arportal.receivables.models import Change
from arportal.receivables.orders.convert_orders import GIVING
from arportal.stores.access import NotAllowed
from arportal.stores.models import Role
from tests.receivables.every_verb import TWO_WRITES, Forms, Two, writes_of
from tests.whole import whole_or

State = Change.State
# In the suite: a new thing, one changed, and what is given away for good, which nobody can look up. What takes two
# writes: invoices/test_apply_credit.py.
SOME_VERBS = [
    Change.Verb.RECORD_PAYMENT,
    Change.Verb.SET_PAYMENT_STATUS,
    Change.Verb.CONVERT_ORDERS,
]
# All others are asked for by what the mirror knows.
READING = [name for name, verb in verbs.items() if verb.read is not Verb.read]
every_verb = pytest.mark.parametrize("verb", whole_or(list(Change.Verb), SOME_VERBS))
# The least of the roles that may ask for it; for every other verb it is the controller.
LEAST = {
    Change.Verb.RECORD_PAYMENT: Role.CLERK,
    Change.Verb.SET_PAYMENT_STATUS: Role.CLERK,
    Change.Verb.WRITE_OFF: Role.CLERK,
    Change.Verb.UNDO_WRITE_OFF: Role.CLERK,
    Change.Verb.APPLY_CREDIT: Role.CLERK,
    Change.Verb.UNDO_CREDIT: Role.CLERK,
    Change.Verb.SWITCH_METHODS: Role.ADMIN,
    Change.Verb.SET_CREDIT: Role.ADMIN,
    Change.Verb.SET_TERMS: Role.ADMIN,
    Change.Verb.SET_COMPANY_STATUS: Role.ADMIN,
    Change.Verb.SET_PARENT: Role.ADMIN,
    Change.Verb.EDIT_COMPANY: Role.ADMIN,
    Change.Verb.ADD_BUYER: Role.ADMIN,
    Change.Verb.EDIT_BUYER: Role.ADMIN,
    Change.Verb.REMOVE_BUYER: Role.ADMIN,
}


@pytest.fixture
def two(request, admin, sandbox, company, open_invoices):
    """Two filled forms of the verb."""

    def two(verb: Change.Verb) -> Two:
        forms = Forms(admin, sandbox, company, open_invoices, request.getfixturevalue)
        filled = getattr(forms, verb.value.replace(" ", "_"))()
        sandbox.control("DELETE", "requests")
        return filled

    return two


@pytest.fixture
def before_the_lock(monkeypatch):
    """Lets something happen once, after the verb has read and before it has locked the company."""

    def before_the_lock(happens: Callable[[], Any]) -> None:
        class Meanwhile:
            @staticmethod
            def atomic(*args: Any, **options: Any) -> Any:
                monkeypatch.setattr(verb_module, "transaction", transaction)
                happens()
                return transaction.atomic(*args, **options)

        monkeypatch.setattr(verb_module, "transaction", Meanwhile)

    return before_the_lock


def told(verb: Verb[Any]) -> str:
    """The words in which it was refused; "" for what was done."""
    try:
        change = perform(verb)
    except Invalid as refused:
        return str(refused)
    assert change.state in (State.APPLIED, State.REFUSED)
    return change.error


def stands(change: Change) -> bool:
    """True if the store still has what the change did."""
    if change.verb in GIVING:
        # There is no look at the store for it; nobody else has given any away.
        return len(Change.objects.filter(verb__in=GIVING).exclude(state=State.REFUSED)) == 1
    result = changes.handlers[change.verb].look_up(client_for(change.store), change)
    return result.outcome == LookupOutcome.DONE


def lose_answers(sandbox, kind: str) -> None:
    for method in ("POST", "PUT", "DELETE"):
        sandbox.fault(kind, method=method)


def test_a_change_has_one_verb():
    assert set(verbs) == set(Change.Verb)


@every_verb
def test_who_may_not_or_cannot_see_it_asks_for_nothing_and_an_id_is_of_one_form(
    verb, two, member, controller, sandbox
):
    first, second = two(verb)
    asked = len(sandbox.control("GET", "requests"))
    for role in list(Role)[: list(Role).index(LEAST.get(verb, Role.CONTROLLER))]:
        with pytest.raises(NotAllowed):
            perform(replace(first, actor=member(role)))
    # Nothing is even read for them.
    assert len(sandbox.control("GET", "requests")) == asked
    first.actor.all_companies = False
    with pytest.raises((ObjectDoesNotExist, Invalid)):
        perform(first)
    assert not Change.objects.filter(verb=verb).exists()
    assert not sandbox.writes()

    first.actor.all_companies = True
    change = perform(first)
    assert perform(replace(first)) == change
    with pytest.raises((Invalid, NotAllowed)):
        perform(replace(first, actor=controller))
    if second.content() != first.content():  # Else two people wish the same, and it is the same form.
        with pytest.raises(Invalid, match="already used"):
            perform(replace(second, change_id=first.change_id))
    assert len(sandbox.writes()) == writes_of(verb)


@every_verb
def test_a_double_click_is_one_change(verb, two, before_the_lock, sandbox):
    """The second click overtakes the first between its look and its lock."""
    form = two(verb).first
    clicks: list[Change] = []
    before_the_lock(lambda: clicks.append(perform(replace(form))))
    clicks.append(perform(form))
    assert [(click.pk, click.state) for click in clicks] == [(form.change_id, State.APPLIED)] * 2
    assert len(sandbox.writes()) == writes_of(verb)


@every_verb
def test_the_other_is_faster_between_the_look_and_the_lock(verb, two, before_the_lock):
    """The first has read the store and found all well. Before it locks the company, the second comes and goes."""
    first, second = two(verb)
    faster: list[str] = []
    before_the_lock(lambda: faster.append(told(second)))
    slower = told(first)
    assert faster == [""]
    assert slower
    assert stands(Change.objects.get(verb=verb, state=State.APPLIED))


@every_verb
def test_a_lost_answer_is_found_and_until_then_nobody_else_goes_on(verb, two, sandbox):
    first, second = two(verb)
    lose_answers(sandbox, "drop_after")
    change = perform(first)
    assert change.state == State.UNKNOWN
    assert told(second)
    assert len(sandbox.writes()) == 1
    # What cannot be looked up is sent again, which does no harm; of two writes the second is sent.
    is_sent_on = verb in GIVING or verb in TWO_WRITES
    later = timezone.now() + (2 * QUARANTINE if is_sent_on else QUARANTINE / 2)
    assert changes.resume(change, later).state == State.APPLIED
    assert len(sandbox.writes()) == (2 if is_sent_on else 1)


@every_verb
def test_what_never_arrived_is_sent_again_after_the_quarantine(verb, two, sandbox):
    first, second = two(verb)
    lose_answers(sandbox, "drop_before")
    change = perform(first)
    if first.excludes:
        assert "is being confirmed" in told(second)
    early = changes.resume(change, timezone.now() + QUARANTINE / 2)
    assert (early.state, len(sandbox.writes())) == (State.UNKNOWN, 1)
    sandbox.control("DELETE", "faults")
    late = changes.resume(early, timezone.now() + 2 * QUARANTINE)
    assert (late.state, late.attempts) == (State.APPLIED, 2)


@every_verb
def test_above_the_limit_a_second_person_is_needed(verb, two, sandbox):
    form = two(verb).first
    form.actor.store.approval_limits = {"XTS": "1"}
    change = perform(form)
    moves_money = change.amount is not None
    assert change.state == (State.WAITING if moves_money else State.APPLIED)
    assert len(sandbox.writes()) == (0 if moves_money else writes_of(verb))


@pytest.mark.parametrize("verb", whole_or(READING, [Change.Verb.EDIT_ORDER]))
def test_what_cannot_be_read_first_is_not_asked_for(verb, two, sandbox):
    form = two(verb).first
    sandbox.fault("500", method="GET", count=99)
    with pytest.raises(StoreUnreadable, match="cannot be reached"):
        perform(form)
    assert not Change.objects.filter(verb=verb).exists()
    assert not sandbox.writes()
