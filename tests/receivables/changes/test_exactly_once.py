"""Payments recorded through every fault we can think of, by processes that are killed and cut off: each once.

The full run is `bench/r1_exactly_once.py`; its seed, like this one's, can be lived through again.
"""

import datetime as dt
import os
import signal
import time
import uuid
from decimal import Decimal

import pytest
from django.db import connections

from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.changes import changes
from arportal.receivables.changes.clock import database_now
from arportal.receivables.changes.state_machine import STALLED_AFTER
from arportal.receivables.models import Change
from arportal.receivables.payments.record_payment import OfflinePayment
from tests.receivables.fault_run.plan import Plan
from tests.receivables.fault_run.run import live_through
from tests.receivables.fault_run.verdict import Verdict
from tests.verbs import record_payment
from tests.whole import only_whole

SHORT = Plan(
    seed=11,
    payments=150,
    quiet=10,
    naive=60,
    kills=6,
    cuts=5,
    doors=2,
    quarantine=6,
    reads_back=False,
    programs=1,
)


@pytest.mark.django_db(transaction=True)
def test_killed_before_the_answer_it_was_sent_once(clerk, sandbox, open_invoices):
    """kill -9, when the store has the payment and has not answered: another finds it there and sends none."""
    invoice = open_invoices[0]
    payment = OfflinePayment(
        company_id=invoice.company_id,
        currency=invoice.currency,
        allocations=(Allocation(invoice.api_id, Decimal(1)),),
        payer_name="Payer",
        reference="",
        received_on=dt.date(2026, 11, 2),
        memo="",
    )
    sandbox.fault("hang_after", method="POST", seconds=20)
    form = uuid.uuid4()
    connections.close_all()
    sender = os.fork()
    if not sender:
        record_payment(clerk, form, payment)
        os._exit(0)
    end = time.monotonic() + 15
    while not held(sandbox, form) and time.monotonic() < end:
        time.sleep(0.02)
    os.kill(sender, signal.SIGKILL)
    os.waitpid(sender, 0)
    change = Change.objects.get()
    assert (change.pk, change.state) == (form, Change.State.SENT)
    assert record_payment(clerk, form, payment).state == Change.State.SENT  # The form sent again is the same.
    change = changes.resume(change, database_now() + 2 * STALLED_AFTER)
    assert (change.state, [change.target_id]) == (Change.State.APPLIED, held(sandbox, form))
    assert len(sandbox.writes()) == 1


def held(sandbox, form: uuid.UUID) -> list[int]:
    """The payments that the store has by this form."""
    return [each["id"] for each in sandbox.get("/ip/payments", searchBy="externalId", q=str(form))]


@only_whole("test_killed_before_the_answer_it_was_sent_once")
@pytest.mark.django_db(transaction=True)
def test_it_works(clerk, sandbox):
    verdict = Verdict(live_through(SHORT, sandbox, clerk))
    print(verdict)  # noqa: T201 - with its seed, for whoever reads of a failure
    assert (verdict.lost, verdict.doubled, verdict.wrong, verdict.off) == ([], [], [], [])
    assert verdict.quiet_each == 1
    # Of a busy machine some answers come too late: the bench holds 2.0.
    assert verdict.requests_each <= 3
    assert len(verdict.classes) >= 25
    assert verdict.naively_doubled >= 0.1
