"""The circuit breaker of a store: after failures in a row nobody asks for a while, then one request tries."""

import datetime as dt

from arportal.mirror.models import RequestBudget

FAILURES = 5
FIRST_PAUSE = dt.timedelta(seconds=30)
LONGEST_PAUSE = dt.timedelta(minutes=5)
# Longer than a request can take: when the one that tries dies with its process, another may try after this.
TRIAL = dt.timedelta(seconds=90)


def forbids(budget: RequestBudget, now: dt.datetime) -> bool:
    """True if no request may go now."""
    return budget.opens_until is not None and now < budget.opens_until


def try_out(budget: RequestBudget, turn: dt.datetime) -> bool:
    """Called when a turn is given; True if this is the one request that tries whether the API is back."""
    if budget.opens_until is None:
        return False
    budget.opens_until = turn + TRIAL
    return True


def succeeded(budget: RequestBudget) -> None:
    budget.failures = 0
    budget.problem = ""
    budget.opens_until = None
    budget.opens_for = dt.timedelta()


def failed(budget: RequestBudget, now: dt.datetime, *, trying: bool, problem: str) -> None:
    """`problem` is a sentence about the failure. Late failures of an open circuit count for nothing."""
    if budget.opens_until is None:
        budget.failures += 1
    if trying or (budget.opens_until is None and budget.failures >= FAILURES):
        budget.opens_for = min(max(budget.opens_for * 2, FIRST_PAUSE), LONGEST_PAUSE)
        budget.opens_until = now + budget.opens_for
    budget.problem = problem
