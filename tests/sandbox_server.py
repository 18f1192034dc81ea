"""A sandbox of the B2B Edition API for the tests: one process a pytest worker, talked to over real HTTP.

`SANDBOX_SET="multi_storefront=on extra_info=array"` in the environment has it answer so in every test that does not
say otherwise: what is not in both forms of an answer shows itself.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

STORE_HASH = "sandbox"
TOKEN = "sandbox-token"
SIZE = ["--companies", "8", "--invoices", "120", "--seed", "7", "--rate-limit", "off"]
ANSWERS = [f"--set={quirk}" for quirk in os.environ.get("SANDBOX_SET", "").split()]


class Sandbox:
    """The running server, asked directly: what the store itself holds, whatever we believe."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.api_url = f"{address}/api/v3/io"
        self._session = requests.Session()
        self._session.headers = {"X-Auth-Token": TOKEN, "X-Store-Hash": STORE_HASH}

    def get(self, path: str, **query: Any) -> Any:
        """The `data` of an API answer."""
        answer = self._session.get(f"{self.api_url}{path}", params=query, timeout=10)
        answer.raise_for_status()
        return answer.json()["data"]

    def post(self, path: str, body: Any) -> Any:
        answer = self._session.post(f"{self.api_url}{path}", json=body, timeout=10)
        answer.raise_for_status()
        return answer.json()["data"]

    def put(self, path: str, body: Any) -> Any:
        answer = self._session.put(f"{self.api_url}{path}", json=body, timeout=10)
        answer.raise_for_status()
        return answer.json()["data"]

    def delete(self, path: str) -> None:
        self._session.delete(f"{self.api_url}{path}", timeout=10).raise_for_status()

    def control(self, verb: str, path: str, body: Any = None) -> Any:
        answer = self._session.request(verb, f"{self.address}/_sandbox/{path}", json=body, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def fault(self, kind: str, method: str = "", path: str = "", **limits: Any) -> None:
        """From now on, requests like this go wrong; once, unless `count` or `probability` says more."""
        self.control("POST", "faults", {"kind": kind, "method": method, "path": path, **limits})

    def writes(self) -> list[dict[str, Any]]:
        """The requests since the last reset that were meant to change something."""
        return [each for each in self.control("GET", "requests") if each["method"] != "GET"]

    def reset(self) -> None:
        self.control("POST", "reset")


@contextmanager
def running_sandbox(*more: str) -> Iterator[Sandbox]:
    """`more`: options of `python -m arportal.sandbox`, over those of the tests."""
    options = ["--port", "0", "--database", ":memory:", *SIZE, *ANSWERS, *more]
    command = [sys.executable, "-m", "arportal.sandbox", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            ready = process.stdout.readline()
            assert ready.startswith("Sandbox ready: "), ready
            yield Sandbox(ready.removeprefix("Sandbox ready: ").strip())
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(sandbox_process: Sandbox) -> Sandbox:
    """The sandbox in its seeded state."""
    sandbox_process.reset()
    return sandbox_process
