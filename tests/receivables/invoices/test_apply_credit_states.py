"""Applied credits, by what the store has of credit and invoice."""

from dataclasses import replace
from decimal import Decimal

import pytest

from arportal.b2b.errors import RateLimited, Refused
from arportal.receivables.changes.errors import Conflict
from arportal.receivables.changes.execution import HalfDone
from arportal.receivables.changes.state_machine import LookupOutcome
from arportal.receivables.invoices import apply_credit
from arportal.receivables.invoices.apply_credit import ApplyCredit
from arportal.receivables.invoices.balance_moves import BalanceChange, BalanceState
from arportal.receivables.models import Change

CREDIT = BalanceChange(
    invoice_id=8, before=Decimal(-50), after=Decimal(-45), status_before=1, status_after=2, last_payment=0
)


@pytest.fixture
def moves(monkeypatch):
    monkeypatch.setattr(apply_credit, "credit_move_of", lambda _change: CREDIT)
    monkeypatch.setattr(apply_credit, "move_of", lambda _change: None)


def test_what_is_made_of_a_look(monkeypatch):
    """The stands of credit and invoice → what became of it."""
    outcomes = {
        (BalanceState.MOVED, BalanceState.MOVED): LookupOutcome.DONE,
        (BalanceState.OTHER, BalanceState.MOVED): LookupOutcome.DONE,
        (BalanceState.BEFORE, BalanceState.MOVED): LookupOutcome.OVERTAKEN,
        (BalanceState.MOVED, BalanceState.BEFORE): LookupOutcome.NOT_DONE,
        (BalanceState.MOVED, BalanceState.OTHER): LookupOutcome.NOT_DONE,
        (BalanceState.BEFORE, BalanceState.BEFORE): LookupOutcome.NOT_DONE,
        (BalanceState.BEFORE, BalanceState.OTHER): LookupOutcome.OVERTAKEN,
        (BalanceState.OTHER, BalanceState.BEFORE): LookupOutcome.OVERTAKEN,
        (BalanceState.OTHER, BalanceState.OTHER): LookupOutcome.OVERTAKEN,
    }
    monkeypatch.setattr(apply_credit, "credit_move_of", lambda change: "credit")
    monkeypatch.setattr(apply_credit, "move_of", lambda change: "invoice")
    for of_credit, of_invoice in outcomes:
        stands = {"credit": of_credit, "invoice": of_invoice}
        monkeypatch.setattr(apply_credit, "state_since", lambda _client, move, stands=stands: stands[move])
        found = ApplyCredit.handler.look_up(None, Change(target_id=7))
        assert found.outcome is outcomes[of_credit, of_invoice], stands


def test_a_credit_is_put_back_with_the_status_it_had(moves, monkeypatch):
    """A store need not call a credit paid."""
    written = []
    stands = iter([BalanceState.BEFORE, BalanceState.BEFORE, BalanceState.OTHER])
    monkeypatch.setattr(apply_credit, "state_now", lambda _client, _move: next(stands))
    monkeypatch.setattr(apply_credit, "write", lambda _client, move, _currency: written.append(move))
    with pytest.raises(Conflict, match="put back as it was"):
        ApplyCredit.handler.send(None, Change(attempts=1))
    assert written == [CREDIT, replace(CREDIT, after=Decimal(-50), status_after=1)]


def test_what_was_moved_at_an_earlier_attempt_is_not_moved_again(moves, monkeypatch):
    monkeypatch.setattr(apply_credit, "state_since", lambda _client, _move: BalanceState.MOVED)
    monkeypatch.delattr(apply_credit, "write")
    assert ApplyCredit.handler.send(None, Change(attempts=2, target_id=7)) == 7


@pytest.mark.parametrize(
    "failure", [Refused("", method="PUT", status=422), RateLimited("", method="PUT")], ids=["refused", "busy"]
)
def test_a_credit_that_cannot_be_put_back_is_never_told_as_left_alone(moves, monkeypatch, failure):
    """The store has refused the move of the invoice, and then will not have the credit back, or not now."""
    answers = iter([None, Refused("", method="PUT", status=422), failure])

    def write(*_move) -> None:
        if (answer := next(answers)) is not None:
            raise answer

    monkeypatch.setattr(apply_credit, "state_now", lambda _client, _move: BalanceState.BEFORE)
    monkeypatch.setattr(apply_credit, "write", write)
    with pytest.raises(HalfDone):
        ApplyCredit.handler.send(None, Change(attempts=1))
    assert list(answers) == []  # It was tried.
