"""The sandbox's log of a run, read bit by bit, for it keeps only the latest; what each request was for."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from tests.sandbox_server import Sandbox

RECORD = "/ip/payments/offline"
SEARCH = "/ip/payments"
NAIVE = "naive-"


@dataclass(frozen=True)
class Seen:
    """One request. `subject` is the external id of the payment it is about, where it names one."""

    method: str
    path: str
    subject: str
    fault: str | None
    commit: bool | None
    status: int | None

    @classmethod
    def of(cls, entry: dict[str, Any]) -> "Seen":
        path = entry["path"].partition("/api/v3/io")[2]
        body = entry["body"] if isinstance(entry["body"], dict) else {}
        subject = body.get("externalId") or parse_qs(entry["query"]).get("q", [""])[0]
        return cls(entry["method"], path, subject, entry["fault"], entry["commit"], entry["status"])

    @property
    def is_recording(self) -> bool:
        return (self.method, self.path) == ("POST", RECORD)

    @property
    def is_look_up(self) -> bool:
        return (self.method, self.path) == ("GET", SEARCH) and bool(self.subject)

    @property
    def is_naive(self) -> bool:
        return self.subject.startswith(NAIVE)

    @property
    def is_ours(self) -> bool:
        """Of the exactly-once machine: a recording or a look-up."""
        return (self.is_recording or self.is_look_up) and not self.is_naive

    @property
    def fault_class(self) -> str:
        done = "" if self.method == "GET" else ", done" if self.commit else ", not done"
        return f"{self.method} {self.fault}{done}"


class RequestsLog:
    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox, self._last = sandbox, 0
        self.entries: list[Seen] = []

    def read(self) -> None:
        new = self._sandbox.control("GET", f"requests?after={self._last}")
        self.entries += map(Seen.of, new)
        self._last = new[-1]["id"] if new else self._last

    def faults(self, *, naive: bool = False) -> list[Seen]:
        return [entry for entry in self.entries if entry.fault and entry.is_naive == naive]
