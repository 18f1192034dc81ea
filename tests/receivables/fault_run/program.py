"""A program that records payments by the REST API: each with its Idempotency-Key, as often as it takes.

It keeps nothing: killed and started again, it sends everything once more, and is told what has become of it. One
answer in five is lost on the way to it as well.
"""

import random
import time

from django.db import connection
from django.test import Client

from arportal.receivables.models import Change
from tests.receivables.fault_run.plan import RECEIVED_ON, Cheque, Plan

LOST = 0.2


def send_all(token: str, plan: Plan, cheques: list[Cheque]) -> None:
    """Until every one is recorded; then it has nothing to do, and waits to be killed."""
    program = Client(
        SERVER_NAME="127.0.0.1",
        raise_request_exception=False,
        headers={"Authorization": f"Bearer {token}"},
    )
    attempts = dict.fromkeys(cheques, 0)
    dice = random.Random(f"{plan.seed}/{time.monotonic()}")
    while True:
        for cheque in list(attempts):
            outcome = _send(program, plan, cheque, attempts[cheque])
            if dice.random() < LOST:
                continue
            if outcome == Change.State.APPLIED:
                del attempts[cheque]
            elif outcome == Change.State.REFUSED:
                attempts[cheque] += 1
        time.sleep(plan.seconds(20))


def _send(program: Client, plan: Plan, cheque: Cheque, attempt: int) -> str:
    """What the API tells of the payment; "" when it tells nothing yet."""
    body = {
        "company_id": cheque.company_id,
        "currency": cheque.currency,
        "lines": [{"invoice_id": invoice_id, "amount": amount} for invoice_id, amount in cheque.lines],
        "payer_name": "Accounts payable",
        "reference": cheque.number,
        "received_on": RECEIVED_ON.isoformat(),
    }
    answer = program.post(
        "/api/v1/stores/demo/changes/record-payment/",
        body,
        content_type="application/json",
        headers={"Idempotency-Key": str(cheque.change_id(plan.seed, attempt))},
    )
    if answer.status_code == 500:
        # The server behind it lost its connection to the database.
        connection.close()
        return ""
    told = answer.json()
    return str((told.get("change") or told).get("state", ""))
