"""The one clock that many machines share: the database's."""

import datetime as dt
import time
from collections.abc import Callable

from django.db import connection

Clock = Callable[[], dt.datetime]


def database_now() -> dt.datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: dt.datetime = cursor.fetchone()[0]
    return moment


def clock_from(moment: dt.datetime) -> Clock:
    """A clock that shows `moment` now and goes on from there, whatever becomes of the machine's time of day."""
    began = time.monotonic()
    return lambda: moment + dt.timedelta(seconds=time.monotonic() - began)
