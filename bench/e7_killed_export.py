"""E7: a zip of 5,000 invoices' PDFs, of which three in a hundred fail at the store, by a worker that is killed twice.

Nothing is hurried on: each time a new worker starts at once, and finds out by itself that the one before is dead.
What was fetched is read from the sandbox's own log.
"""

import base64
import csv
import hashlib
import io
import json
import zipfile
from collections import Counter
from typing import Any

import requests

from bench import exporting, sandboxes
from bench.result import Result
from bench.sandboxes import Sandbox

NAME = "E7 export of 5,000 PDFs, 3 % failing, killed twice"
TARGET = "zip + failures = selection; sha256 right; nothing done is fetched again"
INVOICES, COMPANIES = 5_000, 200
KILLED_AT = (1_500, 3_300)
KINDS = ("500", "expired_link", "html")
FILES = "/files/invoices/"


def measure() -> Result:
    with sandboxes.running(companies=COMPANIES, invoices=INVOICES) as sandbox:
        actor = exporting.auditor_of(sandbox.api_url)
        broken = _break(sandbox)
        export = exporting.ask(actor)
        in_hand = sum((_killed_at(export, done) for done in KILLED_AT), start=Counter())
        with exporting.worker() as process:
            seconds = exporting.wait_until(lambda: exporting.is_ready(export))
            memory = exporting.peak_mb(process)
        fetched = _fetched(sandbox)
    again = fetched - Counter(set(fetched))
    missing = _what_is_wrong(export, broken)
    measured = (
        f"{missing or 'every invoice in the zip or in failures.csv'}; {len(broken)} failures; "
        f"{again.total()} fetched again, of {in_hand.total()} in hand at the kills; "
        f"last {INVOICES - KILLED_AT[-1]:,} in {seconds:.0f} s, until a dead worker is noticed included; "
        f"{memory:.0f} MB at most"
    )
    return Result(measured, not missing and set(again) <= set(in_hand))


def _break(sandbox: Sandbox) -> set[int]:
    from arportal.mirror.models import Invoice

    ids = list(Invoice.objects.order_by("api_id").values_list("api_id", flat=True))[::33][
        : INVOICES * 3 // 100
    ]
    rules = [_rule(KINDS[number % 3], api_id) for number, api_id in enumerate(ids)]
    answer = requests.post(f"{sandbox.address}/_sandbox/faults", json=rules, timeout=60)
    answer.raise_for_status()
    return set(ids)


def _rule(kind: str, api_id: int) -> dict[str, Any]:
    """The address of a file begins with the invoice's id in base64."""
    token = base64.b64encode(json.dumps(api_id).encode()).decode().rstrip("=")
    path = f"{FILES}{token}:" if kind == "html" else f"/invoices/{api_id}/download-pdf"
    return {"kind": kind, "method": "GET", "path": path, "probability": 1}


def _killed_at(export: Any, done: int) -> Counter[int]:
    """Which invoices the worker had in hand when it was killed."""
    with exporting.worker() as process:
        exporting.wait_until(lambda: export.items.filter(state="done").count() >= done)
        process.kill()
        process.wait()
    return Counter(export.items.filter(state="taken").values_list("invoice_id", flat=True))


def _fetched(sandbox: Sandbox) -> Counter[int]:
    """How often the PDF of each invoice was sent to us."""
    sent = [
        entry["path"].removeprefix(FILES).partition(":")[0]
        for entry in sandbox.log()
        if entry["path"].startswith(FILES) and entry["status"] == 200 and not entry["fault"]
    ]
    return Counter(int(base64.b64decode(token + "=" * (-len(token) % 4))) for token in sent)


def _what_is_wrong(export: Any, broken: set[int]) -> str:
    from arportal.documents.exports.contents import pieces_of

    content = b"".join(pieces_of(export.archive))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        manifest, failures = (_rows(archive.read(name)) for name in ("manifest.csv", "failures.csv"))
        files = {row["file"]: archive.read(row["file"]) for row in manifest}
        names = archive.namelist()
    numbers = dict(export.items.values_list("invoice_id", "number"))
    wrong = {
        "the archive's sha256": hashlib.sha256(content).hexdigest() != export.archive.sha256,
        "a file's sha256": any(
            hashlib.sha256(files[row["file"]]).hexdigest() != row["sha256"] for row in manifest
        ),
        "the list of files": names != [*files, "manifest.csv", "failures.csv"],
        "the failures": {row["invoice"] for row in failures} != {numbers[api_id] for api_id in broken},
        "the whole": Counter(row["invoice"] for row in manifest + failures) != Counter(numbers.values()),
    }
    return ", ".join(f"{name} WRONG" for name, is_wrong in wrong.items() if is_wrong)


def _rows(table: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
