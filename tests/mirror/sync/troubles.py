"""What a store answers while it is synced that must stop no pass: drawn anew for every pass of a life."""

import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from typing import Any

from requests import HTTPError

from arportal.mirror.sync.sync import Report
from tests.mirror.sync.happenings import Happenings
from tests.sandbox_server import Sandbox

OF_COMPANIES = r"/companies/\d+/(credit|payment-terms)$"
SMALL_LISTS = r"/company-payment-methods|io/payments$|/channels|extra-fields"


class Trouble(StrEnum):
    CREDIT_NULL = "available credit is not told"
    CREDIT_OFF = "credit is switched off"
    TERMS_OFF = "payment terms are switched off"
    READS_FAIL = "optional reads fail"
    COMPANY_DELETED = "a company is deleted in the middle of the pass"


SWITCHES = {
    Trouble.CREDIT_NULL: {"available_credit": "null"},
    Trouble.CREDIT_OFF: {"store_credit": "off"},
    Trouble.TERMS_OFF: {"store_terms": "off"},
}
ALL_IS_WELL = {"available_credit": "number", "store_credit": "on", "store_terms": "on"}
FAILURES = ("401", "500", "html", "empty", "truncated", "drop_before")


def drawn(seed: int, number: int) -> set[Trouble]:
    """Those of one pass, by its number in the life of the seed."""
    dice = random.Random(f"troubles of {seed}, {number}")
    return {trouble for trouble in Trouble if dice.random() < 0.3}


@contextmanager
def troubled(sandbox: Sandbox, happens: Happenings, troubles: set[Trouble]) -> Iterator[Report]:
    """In the block the store has these troubles; what the pass is to report to makes something happen in it."""
    for trouble in sorted(troubles & SWITCHES.keys()):
        sandbox.control("PUT", "quirks", SWITCHES[trouble])
    if Trouble.READS_FAIL in troubles:
        kind, seed = happens.dice.choice(FAILURES), happens.dice.randrange(1000)
        sandbox.fault(kind, "GET", f"({OF_COMPANIES}|{SMALL_LISTS})", probability=0.3, seed=seed)
    doomed = [happens.company_created()] if Trouble.COMPANY_DELETED in troubles else []

    def report(resource: str, *_: Any) -> None:
        happens.now_and_then()
        # Companies have been read by then, the credit of each has not.
        if doomed and resource == "invoices":
            # One that was given an invoice meanwhile stays, as it would in the store's own pages.
            with suppress(HTTPError):
                sandbox.control("POST", "delete-company", {"companyId": doomed.pop()})

    yield report
    sandbox.control("DELETE", "faults")
    sandbox.control("PUT", "quirks", ALL_IS_WELL)
