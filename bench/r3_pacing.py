"""R3: the store's budget shared with other clients, in real time: four worker processes read as fast as they may,
a person asks for something now and then, another system of the store takes 30 requests a minute for itself.

The sandbox runs as a process of its own with its limit of 150 in 60 seconds; what is measured is read from
its request log, window by window as it counted them.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from multiprocessing import get_context
from threading import Event, Thread

import requests

from bench.result import Result

NAME = "R3 pacing, 4 workers, 20 % foreign traffic"
TARGET = "<= 1 own 429 per 1,000; >= 90 % of what is free; <= 150 of ours in any 60 s"
ALLOCATED, RESERVE, WINDOW = 150, 10, 60.0
WORKERS, FOREIGN_A_MINUTE, PERSON_EVERY = 4, 30, 7.0
SECONDS = 600
MARK = "from=elsewhere"
CREDENTIALS = {"X-Auth-Token": "sandbox-token", "X-Store-Hash": "sandbox"}


def measure() -> Result:
    with _sandbox() as address:
        store = _store(f"{address}/api/v3/io")
        _run_for(SECONDS, store.pk, store.api_url)
        log = requests.get(f"{address}/_sandbox/requests", timeout=30).json()
    seen = Seen.in_log(log)
    return Result(f"{seen}; {_cost_of_a_turn(store)}", seen.holds())


@dataclass(frozen=True)
class Seen:
    """What the sandbox saw of ours; `share` is ours of what other clients and reserve left, in whole windows."""

    ours: int
    refused: int
    others_refused: int
    share: float
    most_in_a_minute: int

    @classmethod
    def in_log(cls, log: list[dict]) -> "Seen":
        ours = [entry for entry in log if MARK not in entry["query"]]
        others = [entry for entry in log if MARK in entry["query"]]
        return cls(
            ours=len(ours),
            refused=sum(entry["status"] == 429 for entry in ours),
            others_refused=sum(entry["status"] == 429 for entry in others),
            share=_share(log),
            most_in_a_minute=_most_in_a_minute([entry["at"] for entry in ours]),
        )

    def holds(self) -> bool:
        is_sparing = self.refused * 1000 <= self.ours and self.most_in_a_minute <= ALLOCATED
        return self.ours >= 1000 and is_sparing and self.share >= 0.9

    def __str__(self) -> str:
        return (
            f"{self.refused} own 429 in {self.ours}, {self.share:.1%} of what is free, "
            f"at most {self.most_in_a_minute} in 60 s, other clients refused {self.others_refused}"
        )


@contextmanager
def _sandbox() -> Iterator[str]:
    size = ["--companies", "5", "--invoices", "60", "--rate-limit", str(ALLOCATED)]
    command = [sys.executable, "-m", "arportal.sandbox", "--port", "0", "--database", ":memory:", *size]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().removeprefix("Sandbox ready: ").strip()
        finally:
            process.terminate()


def _store(api_url: str):
    from arportal.mirror.models import RequestBudget
    from arportal.stores.models import Store

    store = Store(slug="r3", name="R3", store_hash="sandbox", api_url=api_url, reserve=RESERVE)
    store.token = CREDENTIALS["X-Auth-Token"]
    store.save()
    RequestBudget.objects.create(store=store, allocated=ALLOCATED)
    return store


def _run_for(seconds: float, store_id: int, api_url: str) -> None:
    until = time.time() + seconds
    pauses = [0.0] * WORKERS + [PERSON_EVERY]
    processes = [get_context("spawn").Process(target=_ask, args=(store_id, pause, until)) for pause in pauses]
    done = Event()
    foreign = Thread(target=_foreign, args=(api_url, done))
    for each in [*processes, foreign]:
        each.start()
    for process in processes:
        process.join()
    done.set()
    foreign.join()
    assert not any(process.exitcode for process in processes)


def _ask(store_id: int, pause: float, until: float) -> None:
    """One process: a worker asks without a pause, a person rests between two requests."""
    import django

    django.setup()
    from arportal.b2b.errors import RateLimited
    from arportal.mirror.api.connections import background, client_for
    from arportal.stores.models import Store

    with nullcontext() if pause else background():
        client = client_for(Store.objects.get(pk=store_id))
    while time.time() < until:
        try:
            client.invoices.page(offset=0, limit=10)
        except RateLimited as limited:
            time.sleep(limited.wait)
        time.sleep(pause)


def _foreign(api_url: str, done: Event) -> None:
    """Another system of the store, which knows nothing of us."""
    while not done.wait(60 / FOREIGN_A_MINUTE):
        requests.get(f"{api_url}/companies?limit=1&{MARK}", headers=CREDENTIALS, timeout=30)


def _share(log: list[dict]) -> float:
    """Ours of what was free, over the windows that ended before the log does."""
    windows = _windows(log)[:-1]
    used = sum(MARK not in entry["query"] for window in windows for entry in window)
    others = sum(MARK in entry["query"] for window in windows for entry in window)
    return used / ((ALLOCATED - RESERVE) * len(windows) - others)


def _windows(log: list[dict]) -> list[list[dict]]:
    """The requests that were let through, window by window: one begins with the first after the last ended."""
    windows: list[list[dict]] = []
    for entry in log:
        if entry["status"] == 429:
            continue
        if not windows or entry["at"] >= windows[-1][0]["at"] + WINDOW:
            windows.append([])
        windows[-1].append(entry)
    return windows


def _most_in_a_minute(times: list[float]) -> int:
    return max(sum(start <= at < start + WINDOW for at in times) for start in times)


def _cost_of_a_turn(store) -> str:
    """What asking for a turn and telling the answer take, the waiting itself left out."""
    from arportal.mirror.models import RequestBudget
    from arportal.mirror.rate_limit.budget import SharedPacer
    from arportal.mirror.rate_limit.scheduler import Priority

    RequestBudget.objects.filter(store=store).update(allocated=1_000_000, remaining=None, resets_at=None)
    pacer = SharedPacer(store, Priority.WORKER, max_wait=0, sleep=lambda _: None)
    headers = {"X-Requests-Remaining": "900000 times", "X-Request-Window-Resets-After": "60 s"}
    times = [_one_turn(pacer, headers) * 1000 for _ in range(500)]
    return f"a turn costs {min(times):.1f} ms at best, {statistics.median(times):.1f} ms as busy as it was"


def _one_turn(pacer, headers: dict[str, str]) -> float:
    start = time.perf_counter()
    pacer.before("GET", "/ip/invoices")
    pacer.after(200, headers)
    return time.perf_counter() - start
