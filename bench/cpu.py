"""Seconds of processor that a piece of work took, here and in the database's process: what a wall clock would
show on a machine with one core and nothing else to do."""

import time
from pathlib import Path


class Processor:
    """Counts the processor time of this process and of the server process behind Django's connection."""

    def __init__(self) -> None:
        from django.db import connection

        connection.ensure_connection()
        self._statistics = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")

    def spent(self) -> float:
        """Seconds since both began; differences are what counts."""
        return time.process_time() + self.spent_by_database()

    def spent_by_database(self) -> float:
        """Of the server process alone; what it has others do in parallel is not in it."""
        # The first figure is nanoseconds on a core; /proc/…/stat counts in hundredths of a second only.
        return int(self._statistics.read_text().split()[0]) / 1e9
