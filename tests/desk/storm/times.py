"""The product as in production, with all its times shrunk, in whatever process is to live through a storm."""

import logging
from math import ceil

from django.conf import settings

from arportal.mirror.rate_limit import scheduler
from arportal.receivables.changes import line
from tests.desk.storm.plan import Plan
from tests.receivables.fault_run.processes import shrink_time


def live_by(plan: Plan) -> None:
    """The tests' own settings hurry more than production: these are production's, to scale."""
    # That forms are refused and passes stop is no news here.
    logging.disable(logging.WARNING)
    shrink_time(plan.faults)
    settings.API_ALLOCATED = plan.limit
    # Reads are tried again after half a second and more, however short a minute is.
    settings.API_MAX_WAIT = {"person": 5.0, "worker": 10.0}
    settings.API_TURN_MAX_WAIT = {"person": plan.minute / 12, "worker": plan.minute * 2}
    scheduler.SPAN = ceil(plan.minute) + 1
    scheduler.HORIZON *= plan.minute / 60
    line.SECONDS_NEAR *= plan.minute / 60
