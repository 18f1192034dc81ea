"""Beyond the promise: a store that is slower than the quarantine is long, or says no and does it all the same.

Payments are doubled then, whatever we do. Reconciliation has to name every one of them, and a controller to put them
right.
"""

import random
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from arportal.mirror.api.refresh import refresh_payment
from arportal.mirror.models import Invoice, Payment
from arportal.receivables.changes import changes, state_machine
from arportal.receivables.changes.clock import database_now
from arportal.receivables.models import Change, Discrepancy
from arportal.receivables.payments.payment_contents import shown
from arportal.receivables.reconciliation.discrepancies import Kind
from arportal.receivables.reconciliation.reconcile import reconcile_store
from arportal.receivables.reconciliation.repairing import delete_payment, to_repair
from arportal.stores.models import Membership
from tests.receivables.fault_run.plan import Cheque, Plan, cheques
from tests.receivables.fault_run.processes import record
from tests.receivables.fault_run.run import everything
from tests.sandbox_server import Sandbox

State = Change.State
OUTCOMES = {"": 45, "delayed_commit": 40, "body_422": 10, "429_told": 5}


@dataclass
class Beyond:
    """`wrong_at_store`: external ids that the store holds other than once though they were asked for, or though
    they were refused; `named`: those that the reconciliation has named, and as what."""

    plan: Plan
    sandbox: Sandbox
    clerk: Membership
    controller: Membership
    before: list[dict]
    entered: list[Cheque]
    wrong_at_store: dict[str, Kind] = field(default_factory=dict)
    named: dict[str, Kind] = field(default_factory=dict)

    @property
    def missed(self) -> set[str]:
        return {name for name, kind in self.wrong_at_store.items() if self.named.get(name) != kind}

    @property
    def invented(self) -> set[str]:
        return self.named.keys() - self.wrong_at_store.keys()

    @property
    def doubles(self) -> int:
        return sum(kind == Kind.DOUBLE for kind in self.wrong_at_store.values())

    def off(self) -> list[int]:
        """Invoices whose balance, at the store or in the mirror, is not as if each cheque had been paid once."""
        should_be = {row["id"]: Decimal(row["openBalance"]["value"]) for row in self.before}
        for cheque in self.entered:
            for invoice_id, amount in cheque.lines:
                should_be[invoice_id] -= Decimal(amount)
        rows = everything(self.sandbox, "/ip/invoices")
        at_store = {row["id"]: Decimal(row["openBalance"]["value"]) for row in rows}
        mirrored = dict(Invoice.objects.filter(store=self.clerk.store).values_list("api_id", "open_balance"))
        return [
            number for number, amount in should_be.items() if {at_store[number], mirrored[number]} != {amount}
        ]


def live_beyond(
    sandbox: Sandbox, clerk: Membership, controller: Membership, *, seed: int, count: int, late: float
) -> Beyond:
    """Records `count` cheques, some of which the store carries out `late` (seconds), after they were sent again."""
    plan = Plan(
        **{"seed": seed, "payments": count, "quiet": 0, "naive": 0, "kills": 0, "cuts": 0, "doors": 0},
        **{"quarantine": 600, "reads_back": True},
    )
    before = everything(sandbox, "/ip/invoices")
    run = Beyond(plan, sandbox, clerk, controller, before, cheques(before, seed, "late", count))
    dice = random.Random(seed)
    for cheque in run.entered:
        [outcome] = dice.choices(list(OUTCOMES), list(OUTCOMES.values()))
        _enter(run, cheque, outcome, late)
    time.sleep(late + 1)
    run.wrong_at_store = _wrong_at_store(sandbox)
    assert reconcile_store(clerk.store).problem == ""
    run.named = {str(each.external_id): Kind(each.kind) for each in Discrepancy.objects.open()}
    return run


def repair(run: Beyond) -> None:
    """As a controller would: of a double one stays, what is unwanted goes. Then everything is compared again."""
    dice = random.Random(run.plan.seed)
    for found in to_repair(run.controller):
        kept = [dice.choice(found.payment_ids)] if found.kind == Kind.DOUBLE else []
        for payment_id in found.payment_ids:
            if payment_id not in kept:
                _delete(run.controller, found, payment_id)
    assert reconcile_store(run.clerk.store).problem == ""


def _enter(run: Beyond, cheque: Cheque, outcome: str, late: float) -> None:
    """A clerk who is refused enters it again; what is unclear is sent again when the quarantine is over."""
    if outcome:
        is_late = outcome == "delayed_commit"
        run.sandbox.fault(outcome, method="POST", commit=not is_late, seconds=late if is_late else 0.1)
    change = record(run.clerk.pk, run.plan, cheque, 0)
    if change.state == State.UNKNOWN:
        changes.resume(change, database_now() + 2 * state_machine.QUARANTINE)
    if change.state == State.REFUSED:
        change = record(run.clerk.pk, run.plan, cheque, 1)
    assert change.state == State.APPLIED, (outcome, change.error)


def _wrong_at_store(sandbox: Sandbox) -> dict[str, Kind]:
    held = Counter(payment["externalId"] or "" for payment in everything(sandbox, "/ip/payments"))
    wrong: dict[str, Kind] = {}
    for change in Change.objects.all():
        if change.state == State.REFUSED and held[str(change.pk)]:
            wrong[str(change.pk)] = Kind.UNWANTED
        elif held[str(change.pk)] > 1:
            wrong[str(change.pk)] = Kind.DOUBLE
    return wrong


def _delete(controller: Membership, found: Discrepancy, payment_id: int) -> None:
    refresh_payment(controller.store, payment_id)
    seen = shown(Payment.objects.get(store=controller.store, api_id=payment_id))
    done = delete_payment(controller, uuid.uuid4(), found.pk, payment_id, seen=seen, reason="there twice")
    assert done.state == State.APPLIED, done.error
