"""Putting a company's credit on hold, and releasing it."""

import uuid

import pytest

from arportal.mirror.models import CreditTerms
from arportal.receivables.changes import deferring
from arportal.receivables.changes.errors import Conflict, Invalid
from arportal.receivables.changes.verb import perform
from arportal.receivables.companies.set_credit_hold import SetCreditHold
from arportal.receivables.models import Change
from arportal.receivables.tasks import send_line

WHY = "60 days late"


@pytest.fixture
def terms(store) -> CreditTerms:
    """Of a company that buys on credit, not on hold."""
    return CreditTerms.objects.filter(store=store, credit_enabled=True, is_on_hold=False).order_by("api_id")[
        0
    ]


@pytest.fixture
def ask(controller, terms):
    def ask(is_on_hold=True, *, reason=WHY) -> Change:
        return perform(
            SetCreditHold(
                actor=controller,
                change_id=uuid.uuid4(),
                company_id=terms.api_id,
                is_on_hold=is_on_hold,
                reason=reason,
            )
        )

    return ask


@pytest.fixture
def at_store(sandbox, terms):
    """Sets these keys of the company's credit at the store, and tells what it is by then."""
    path = f"/companies/{terms.api_id}/credit"

    def at_store(**keys) -> dict:
        if keys:
            sandbox.put(path, keys)
            sandbox.control("DELETE", "requests")
        return sandbox.get(path)

    return at_store


def test_it_works(ask, at_store, terms):
    before = at_store()
    change = ask()
    assert (change.state, change.before, change.after) == (
        Change.State.APPLIED,
        {"is_on_hold": False},
        {"is_on_hold": True},
    )
    assert (change.payload["reason"], change.amount) == (WHY, None)
    assert at_store() == before | {"creditHold": True}
    assert ask(is_on_hold=False, reason="paid").state == Change.State.APPLIED
    assert at_store()["creditHold"] is False


def test_without_a_reason_or_released_already(ask, sandbox):
    with pytest.raises(Invalid, match="Give a reason"):
        ask(reason=" ")
    with pytest.raises(Conflict, match="not on hold any more"):
        ask(is_on_hold=False)
    assert sandbox.writes() == []


def test_the_mirror_follows_and_keeps_the_terms(ask, at_store, terms):
    at_store(availableCredit=12.5)
    ask()
    now = CreditTerms.objects.get(pk=terms.pk)
    assert (now.is_on_hold, now.available_credit) == (True, 12.5)
    assert (now.terms_days, now.read_at) == (terms.terms_days, terms.read_at)


def test_on_hold_already(ask, at_store, sandbox):
    at_store(creditHold=True)
    with pytest.raises(Conflict, match="on hold already"):
        ask()
    assert sandbox.writes() == []


def test_a_company_without_credit(ask, at_store, sandbox):
    """To which the store would say 200, and do nothing."""
    at_store(creditEnabled=False)
    with pytest.raises(Invalid, match="does not buy on credit"):
        ask()
    assert sandbox.writes() == []


def test_a_store_without_credit(ask, sandbox):
    sandbox.control("PUT", "quirks", {"store_credit": "off"})
    with pytest.raises(Invalid, match="credit is not enabled"):
        ask()


def test_nothing_known_of_its_credit(ask, terms):
    terms.delete()
    with pytest.raises(CreditTerms.DoesNotExist):
        ask()


@pytest.mark.parametrize("meanwhile", [{"creditEnabled": False}, {"creditHold": True}])
def test_changed_while_it_waited_for_room(meanwhile, ask, at_store, sandbox, store):
    with deferring.asking(is_deferred=True):
        change = ask()
    at_store(**meanwhile)
    send_line(store.pk)
    change.refresh_from_db()
    assert (change.state, sandbox.writes()) == (Change.State.REFUSED, [])
    assert "has changed since it was shown" in change.error
