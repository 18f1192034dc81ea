"""The processes of a fault run, which are killed and started again: clerks who record, and workers who confirm.

A clerk who is refused enters the cheque anew; one who gets no answer looks again, as with a reload of the page.
"""

import logging
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from decimal import Decimal

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from arportal.mirror.rate_limit import breaker
from arportal.receivables import tasks
from arportal.receivables.allocation.allocations import Allocation
from arportal.receivables.changes import changes, state_machine
from arportal.receivables.models import Change
from arportal.receivables.payments.record_payment import OfflinePayment
from arportal.stores.models import Membership
from tests.receivables.fault_run import program
from tests.receivables.fault_run.plan import RECEIVED_ON, Cheque, Plan
from tests.verbs import record_payment

NAME = "fault run"
State = Change.State
# Every process is a fork of one that has this module imported: starting it takes milliseconds.
_processes = get_context("forkserver")
_processes.set_forkserver_preload(["pytest", __name__])


def start_clerk(database: str, actor_id: int, plan: Plan, cheques: list[Cheque]) -> BaseProcess:
    return _start(database, plan, _record_all, actor_id, plan, cheques)


def start_program(database: str, token: str, plan: Plan, cheques: list[Cheque]) -> BaseProcess:
    return _start(database, plan, program.send_all, token, plan, cheques)


def start_confirmer(database: str, store_id: int, plan: Plan, every: float) -> BaseProcess:
    """Comes by after so many seconds of production."""
    return _start(database, plan, _confirm, store_id, plan.seconds(every))


def _start(database: str, plan: Plan, work: Callable[..., None], *told: object) -> BaseProcess:
    process = _processes.Process(target=_run, args=(database, plan, work, told), daemon=True)
    process.start()
    return process


def _run(database: str, plan: Plan, work: Callable[..., None], told: tuple[object, ...]) -> None:
    connection.settings_dict["NAME"] = database
    connection.settings_dict["OPTIONS"]["application_name"] = NAME
    # Connections are cut on purpose here: what the log has to say of it is no news.
    logging.disable(logging.ERROR)
    shrink_time(plan)
    if not plan.reads_back:
        changes.handlers[Change.Verb.RECORD_PAYMENT].read_back = lambda change: None
    work(*told)


def shrink_time(plan: Plan) -> None:
    """All times of the exactly-once machine and of the client, by the same factor."""
    for name in ("QUARANTINE", "SEND_DEADLINE", "STALLED_AFTER", "SECOND_LOOKUP_AFTER"):
        setattr(state_machine, name, getattr(state_machine, name) * (plan.quarantine / 600))
    for name in ("FIRST_PAUSE", "LONGEST_PAUSE", "TRIAL"):
        setattr(breaker, name, getattr(breaker, name) * (plan.quarantine / 600))
    changes.PAUSES = tuple(map(plan.seconds, changes.PAUSES))
    settings.REST_REQUESTS_A_MINUTE = 1_000_000
    settings.API_TIMEOUT = (1.0, plan.seconds(settings.API_TIMEOUT[1]))


def _record_all(actor_id: int, plan: Plan, cheques: list[Cheque]) -> None:
    """Until every one is recorded."""
    while True:
        _patiently(lambda: _go_through(actor_id, plan, cheques))
        time.sleep(plan.seconds(20))


def _go_through(actor_id: int, plan: Plan, cheques: list[Cheque]) -> None:
    """Enters what was not entered or was refused, and sends a form again whose page was interrupted."""
    states: dict[str, list[str]] = {}
    entered = Change.objects.filter(payload__reference__in=[cheque.number for cheque in cheques])
    for number, state in entered.values_list("payload__reference", "state"):
        states.setdefault(number, []).append(state)
    for cheque in cheques:
        met = states.get(cheque.number, [])
        if set(met) <= {State.REFUSED}:
            record(actor_id, plan, cheque, len(met))
        elif State.ASKED in met:
            record(actor_id, plan, cheque, len(met) - 1)


def record(actor_id: int, plan: Plan, cheque: Cheque, attempt: int) -> Change:
    actor = Membership.objects.select_related("store", "user").get(pk=actor_id)
    payment = OfflinePayment(
        company_id=cheque.company_id,
        currency=cheque.currency,
        allocations=tuple(Allocation(invoice_id, Decimal(amount)) for invoice_id, amount in cheque.lines),
        payer_name="Accounts payable",
        reference=cheque.number,
        received_on=RECEIVED_ON,
        memo="",
    )
    return record_payment(actor, cheque.change_id(plan.seed, attempt), payment)


def _confirm(store_id: int, every: float) -> None:
    while True:
        _patiently(lambda: tasks.confirm_changes(store_id))
        time.sleep(every)


def _patiently(work: Callable[[], object]) -> None:
    """A page or a job that fails because the database was cut off is opened again, as people and queues do."""
    try:
        work()
    except (OperationalError, InterfaceError):
        connection.close()
