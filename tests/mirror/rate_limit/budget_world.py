"""A minute passes in a millisecond: workers, people and other clients before a server that counts its requests."""

import datetime as dt
import heapq
import itertools
import random
from collections.abc import Callable, Iterator

from arportal.mirror.models import RequestBudget
from arportal.mirror.rate_limit import rate_limit_headers, scheduler
from arportal.mirror.rate_limit.rate_limit_headers import RateLimitHeaders
from arportal.mirror.rate_limit.scheduler import Later, Priority

START = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
ALLOCATED, WINDOW, RESERVE = 150, 60.0, 10


class FixedWindows:
    """A window starts with the first request after the last one ended."""

    def __init__(self) -> None:
        self._started, self.used = -WINDOW, 0

    def count(self, now: float) -> tuple[int, dict[str, str]]:
        if now >= self._started + WINDOW:
            self._started, self.used = now, 0
        status = 200 if self.used < ALLOCATED else 429
        self.used += status == 200
        return status, headers(ALLOCATED - self.used, self._started + WINDOW - now)


class LooksBack:
    """Counts the last minute at every moment, and tells a wait that spreads what remains."""

    def __init__(self) -> None:
        self._log: list[float] = []

    def count(self, now: float) -> tuple[int, dict[str, str]]:
        self._log = [at for at in self._log if at > now - WINDOW]
        status = 200 if len(self._log) < ALLOCATED else 429
        if status == 200:
            self._log.append(now)
        left = WINDOW - (now - self._log[0])
        remaining = ALLOCATED - len(self._log)
        return status, headers(remaining, left / (remaining + 1))


class SaysNothing(FixedWindows):
    def count(self, now: float) -> tuple[int, dict[str, str]]:
        return super().count(now)[0], {}


def headers(remaining: int, resets_after: float) -> dict[str, str]:
    return {
        "x-requests-allocated": f"{ALLOCATED} times/60 s",
        "x-requests-remaining": f"{remaining} times",
        "x-request-window-resets-after": f"{resets_after} s",
    }


class World:
    """`log` holds every request as the server met it: time, who, status, what remained."""

    def __init__(self, server: FixedWindows | LooksBack, seed: int = 1) -> None:
        self.server = server
        self.budget = RequestBudget(store_id=1, allocated=ALLOCATED)
        self.log: list[tuple[float, str, int]] = []
        self.now = 0.0
        self.longest_wait_of_a_person = 0.0
        self._dice = random.Random(seed)
        self._queue: list[tuple[float, int, Iterator[float]]] = []
        self._number = itertools.count()

    def run(self, seconds: float) -> None:
        while self._queue and self._queue[0][0] <= seconds:
            self.now, _, actor = heapq.heappop(self._queue)
            wake = next(actor, None)
            if wake is not None:
                heapq.heappush(self._queue, (wake, next(self._number), actor))

    def add(self, actor: Iterator[float]) -> None:
        heapq.heappush(self._queue, (self.now, next(self._number), actor))

    def ours(self, priority: Priority, pause: Callable[[], float] = lambda: 0.0) -> Iterator[float]:
        """One process: a request after the other, by the rules."""
        asked_at = self.now
        while True:
            given = scheduler.take(self.budget, priority, RESERVE, self._moment())
            if isinstance(given, Later):
                yield self._seconds(given.at) + 0.001
                continue
            if priority is Priority.PERSON:
                self.longest_wait_of_a_person = max(self.longest_wait_of_a_person, self.now - asked_at)
            latency = self._dice.uniform(0.02, 0.6)
            yield self._seconds(given.at) + latency / 2
            status, said = self._arrive(priority)
            yield self.now + latency / 2
            limits = RateLimitHeaders.parse(said)
            rate_limit_headers.learn(self.budget, given.at, status, limits, RESERVE, self._moment())
            yield self.now + pause()
            asked_at = self.now

    def other_clients(self, a_minute: int) -> Iterator[float]:
        while True:
            self._arrive("other client")
            yield self.now + self._dice.uniform(0.5, 1.5) * 60 / a_minute

    def pause(self) -> float:
        return self._dice.uniform(1, 15)

    def count(self, *who: str, status: int = 200, since: float = 0, until: float = 1e9) -> int:
        return sum(by in who and code == status and since <= at < until for at, by, code in self.log)

    def most_of_ours_in_a_minute(self) -> int:
        times = [at for at, who, _ in self.log if who != "other client"]
        return max(sum(start <= at < start + 60 for at in times) for start in times)

    def _arrive(self, who: str) -> tuple[int, dict[str, str]]:
        status, said = self.server.count(self.now)
        self.log.append((self.now, who, status))
        return status, said

    def _moment(self) -> dt.datetime:
        return START + dt.timedelta(seconds=self.now)

    def _seconds(self, moment: dt.datetime) -> float:
        return (moment - START).total_seconds()
