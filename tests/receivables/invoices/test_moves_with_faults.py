"""Write-offs, credits and their undoing through random faults, with payments of buyers in between: at the end store,
mirror and ledger agree on every balance, and it is what was done says, each thing once."""

import random
from decimal import Decimal

import pytest
from django.utils import timezone

from arportal.mirror.api.refresh import refresh_invoices, refresh_payments_of_invoice
from arportal.mirror.models import RequestBudget
from arportal.receivables.changes import changes
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.changes.state_machine import QUARANTINE
from arportal.receivables.ledger.recount import recount
from arportal.receivables.models import Change
from tests.receivables.invoices.moves import Desk
from tests.whole import only_whole

State, Verb = Change.State, Change.Verb
KINDS = ("drop_before", "drop_after", "reset_midway", "500", "503", "429", "422", "409", "html", "empty")
ROUNDS = 200


@pytest.fixture
def desk(controller, sandbox, open_invoices) -> Desk:
    return Desk.at(controller, sandbox, max(open_invoices, key=lambda invoice: invoice.open_balance))


class Storm:
    """One random thing after the other. `paid` is what buyers paid at the store."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk, self.random = desk, random.Random(seed)
        self.paid = Decimal(0)

    def play(self) -> None:
        desk, chance = self.desk, self.random
        for number in range(chance.choice((0, 1, 1, 2))):
            rows = (desk.invoice, desk.credit)
            path = f"/ip/invoices/{chance.choice(rows).api_id}"
            desk.sandbox.fault(chance.choice(KINDS), method="PUT", path=path, skip=number)
        change = self._ask()
        if chance.random() < 0.4:
            self._pay()
        desk.sandbox.control("DELETE", "faults")
        RequestBudget.objects.all().delete()
        for later in range(1, 4):
            if change is not None and not change.is_settled:
                change = changes.resume(change, timezone.now() + later * 2 * QUARANTINE)
        assert change is None or change.is_settled
        refresh_payments_of_invoice(desk.actor.store, desk.invoice.api_id)
        refresh_invoices(desk.actor.store, [desk.invoice.api_id, desk.credit.api_id])

    def _ask(self) -> Change | None:
        amount = Decimal(self.random.randint(1, 40)) / 100
        done = Change.objects.filter(state=State.APPLIED, verb__in=[Verb.WRITE_OFF, Verb.APPLY_CREDIT])
        try:
            match self.random.choice(("write off", "apply", "apply", "undo")):
                case "write off":
                    return self.desk.write_off(amount)
                case "apply":
                    return self.desk.apply(amount)
            latest = done.order_by("-asked_at").first()
            return self.desk.undo(latest) if latest else None
        except Invalid:
            return None  # Changed since, or taken back already.

    def _pay(self) -> None:
        self.desk.pay("0.05")
        self.paid += Decimal("0.05")


def done(verb: Verb) -> Decimal:
    amounts = Change.objects.filter(verb=verb, state=State.APPLIED).values_list("amount", flat=True)
    return sum(amounts, Decimal(0))


@only_whole("receivables/invoices/test_apply_credit.py::test_the_second_write_is_lost_and_sent_on_later")
def test_each_thing_is_done_once_whatever_breaks(desk, store):
    invoice_was, credit_was = desk.at_store(desk.invoice)[0], desk.at_store(desk.credit)[0]
    storm = Storm(desk, seed=3)
    for number in range(ROUNDS):
        storm.play()
        applied = done(Verb.APPLY_CREDIT) - done(Verb.UNDO_CREDIT)
        written_off = done(Verb.WRITE_OFF) - done(Verb.UNDO_WRITE_OFF)
        expected = {invoice_was - storm.paid - applied - written_off}, {credit_was + applied}
        assert (desk.balances(desk.invoice), desk.balances(desk.credit)) == expected, number
    assert recount(store) == 0
    states = set(Change.objects.values_list("verb", "state"))
    assert {(verb, State.APPLIED) for verb in (Verb.WRITE_OFF, Verb.APPLY_CREDIT)} <= states
    assert State.REFUSED in {state for _verb, state in states}
