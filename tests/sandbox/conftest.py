"""One sandbox process a pytest worker, asked with plain requests; every test finds it freshly reset."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

HEADERS = {"X-Auth-Token": "sandbox-token", "X-Store-Hash": "sandbox"}
SMALL = ("--companies", "12", "--invoices", "150", "--seed", "3", "--rate-limit", "off")


class Box:
    """The running sandbox: `get` and its kin ask the API, `control` asks /_sandbox/."""

    def __init__(self, address: str, pid: int) -> None:
        self.address, self.pid = address, pid
        self.session = requests.Session()

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        options = {"headers": HEADERS, "timeout": 10, "allow_redirects": False} | more
        return self.session.request(method, f"{self.address}/api/v3/io{path}", **options)

    def get(self, path: str, **query: Any) -> requests.Response:
        return self.ask("GET", path, params=query)

    def post(self, path: str, body: Any = None) -> requests.Response:
        return self.ask("POST", path, json=body)

    def put(self, path: str, body: Any = None) -> requests.Response:
        return self.ask("PUT", path, json=body)

    def delete(self, path: str) -> requests.Response:
        return self.ask("DELETE", path)

    def data(self, path: str, **query: Any) -> Any:
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.session.request(method, f"{self.address}/_sandbox/{path}", json=body, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def quirk(self, **values: str) -> None:
        self.control("PUT", "quirks", values)

    def fault(self, kind: str, **rule: Any) -> None:
        self.control("POST", "faults", {"kind": kind, **rule})

    def cpu_seconds(self) -> float:
        """What the server has computed so far: unlike the clock on the wall, no neighbour can spoil it."""
        user, system = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def everything(self, path: str, **query: Any) -> list[Any]:
        """All pages of a list."""
        rows: list[Any] = []
        while page := self.data(path, limit=200, offset=len(rows), **query):
            rows += page
        return rows


@contextlib.contextmanager
def running(*options: str) -> Iterator[Box]:
    command = [sys.executable, "-m", "arportal.sandbox", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            ready = process.stdout.readline()
            assert ready.startswith("Sandbox ready: "), process.stderr.read()
            yield Box(ready.split(": ", 1)[1].strip(), process.pid)
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def box_process() -> Iterator[Box]:
    with running(*SMALL) as box:
        yield box


@pytest.fixture
def box(box_process: Box) -> Iterator[Box]:
    box_process.control("POST", "reset")
    with requests.Session() as box_process.session:
        yield box_process


@pytest.fixture
def box_invoices(box: Box, box_open_ids: list[int]) -> list[dict[str, Any]]:
    """Two open invoices of one company in one currency, without a payment under way."""
    return [box.data(f"/ip/invoices/{invoice_id}") for invoice_id in box_open_ids]


@pytest.fixture(scope="session")
def box_open_ids(box_process: Box) -> list[int]:
    box_process.control("POST", "reset")
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in box_process.everything("/ip/invoices", status=0):
        group = groups.setdefault((row["customerId"], row["openBalance"]["code"]), [])
        group += [row] if not row["isPendingPayment"] else []
        if len(group) == 2:
            return [row["id"] for row in group]
    raise AssertionError("the demo data has no company with two open invoices")


def offline(invoices: list[dict[str, Any]], amounts: list[str], **more: Any) -> dict[str, Any]:
    """The body of an offline payment over these invoices."""
    lines = [
        {"invoiceId": row["id"], "amount": amount} for row, amount in zip(invoices, amounts, strict=True)
    ]
    first = invoices[0]
    body = {"lineItems": lines, "currency": first["openBalance"]["code"], "customerId": first["customerId"]}
    return body | {"details": {"memo": "Cheque 5512"}} | more
