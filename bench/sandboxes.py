"""The sandbox as a process of its own, of the size and with the limits a bar wants."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

CREDENTIALS = {"X-Auth-Token": "sandbox-token", "X-Store-Hash": "sandbox"}


class Sandbox:
    def __init__(self, address: str) -> None:
        self.address = address
        self.api_url = f"{address}/api/v3/io"

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The `data` of an answer, asked past our client; the request counts as any other."""
        answer = requests.request(
            method, f"{self.api_url}{path}", params=query, json=body, headers=CREDENTIALS, timeout=60
        )
        answer.raise_for_status()
        return answer.json()["data"]

    def log(self) -> list[dict[str, Any]]:
        """Every request since it started."""
        return requests.get(f"{self.address}/_sandbox/requests", timeout=60).json()


@contextmanager
def running(
    *, companies: int, invoices: int, rate_limit: str = "off", database: str = ":memory:"
) -> Iterator[Sandbox]:
    """Seeded and ready; ended with the block."""
    size = ["--companies", str(companies), "--invoices", str(invoices), "--rate-limit", rate_limit]
    command = [sys.executable, "-m", "arportal.sandbox", "--port", "0", "--database", database, *size]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Sandbox(process.stdout.readline().removeprefix("Sandbox ready: ").strip())
        finally:
            process.terminate()
