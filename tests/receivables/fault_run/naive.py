"""What most integrations do: send, and when no clear success comes, send again."""

import time

import requests

from tests.receivables.fault_run.plan import Cheque, Plan
from tests.receivables.fault_run.requests_log import RECORD
from tests.sandbox_server import STORE_HASH, TOKEN

MOST = 6


def record_all(api_url: str, plan: Plan, cheques: list[Cheque]) -> None:
    with requests.Session() as session:
        session.headers.update({"X-Auth-Token": TOKEN, "X-Store-Hash": STORE_HASH})
        for cheque in cheques:
            _record(session, api_url, plan, cheque)


def _record(session: requests.Session, api_url: str, plan: Plan, cheque: Cheque) -> None:
    for _ in range(MOST):
        if _is_done(session, api_url, plan, cheque):
            return
        time.sleep(plan.seconds(5))


def _is_done(session: requests.Session, api_url: str, plan: Plan, cheque: Cheque) -> bool:
    body = {
        **{"customerId": str(cheque.company_id), "currency": cheque.currency, "externalId": cheque.number},
        **{"details": {"memo": cheque.number}, "processingStatus": 1},
        "lineItems": [{"invoiceId": invoice_id, "amount": amount} for invoice_id, amount in cheque.lines],
    }
    try:
        answer = session.post(
            f"{api_url}{RECORD}", json=body, timeout=(1, plan.seconds(30)), allow_redirects=False
        )
        return answer.status_code == 200 and answer.json()["code"] == 200 and bool(answer.json()["data"])
    except (requests.RequestException, ValueError, KeyError):
        return False
