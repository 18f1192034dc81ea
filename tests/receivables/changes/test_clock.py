"""The database's clock, as one process goes on with it."""

import datetime as dt
import time

from arportal.receivables.changes.clock import clock_from


def test_it_goes_on():
    moment = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
    clock = clock_from(moment)
    time.sleep(0.002)
    assert dt.timedelta(milliseconds=2) <= clock() - moment < dt.timedelta(minutes=1)
