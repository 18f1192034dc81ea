"""`python -m arportal.b2b.probe`: asks a store what the documentation leaves open, and prints the answers.

Environment: B2B_STORE_HASH and B2B_TOKEN; B2B_BASE_URL for another address; B2B_LIVE=1 for the reading questions
only. Writes, each after a yes, go to the company B2B_COMPANY in the currency B2B_CURRENCY (default USD).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from arportal.b2b.address import BASE_URL
from arportal.b2b.client import Client
from arportal.b2b.errors import B2BError
from arportal.b2b.probe.reads import READS
from arportal.b2b.probe.visit import Question, Visit
from arportal.b2b.probe.writes import Trial
from arportal.b2b.transport import Transport


def main() -> int:
    missing = [name for name in ("B2B_STORE_HASH", "B2B_TOKEN") if not os.environ.get(name)]
    if missing:
        sys.stderr.write(f"Set {' and '.join(missing)}.\n")
        return 2
    store_hash, token = os.environ["B2B_STORE_HASH"], os.environ["B2B_TOKEN"]
    base_url = os.environ.get("B2B_BASE_URL", BASE_URL)
    transport = Transport(store_hash=store_hash, token=token, base_url=base_url, max_wait=0)
    stranger = Transport(store_hash="nobody0", token=token, base_url=base_url, max_wait=0)
    _say(f"Store {store_hash} at {base_url}")
    with Client(store_hash=store_hash, token=token, base_url=base_url) as client:
        report(Visit(client, transport, stranger, _agree), [*READS, *_writes()])
    transport.close()
    stranger.close()
    return 0


def report(visit: Visit, questions: Iterable[Question]) -> None:
    for question in questions:
        _say(f"\n{question.number}. {question.title}")
        try:
            for line in question.ask(visit):
                _say(f"   {line}")
        except B2BError as error:
            _say(f"   {type(error).__name__}: {error}")


def _writes() -> tuple[Question, ...]:
    company_id = os.environ.get("B2B_COMPANY", "")
    if os.environ.get("B2B_LIVE") == "1":
        return ()
    if not company_id.isdigit():
        _say("B2B_COMPANY names no company: the writing questions are left out.")
        return ()
    return Trial(int(company_id), os.environ.get("B2B_CURRENCY", "USD")).questions()


def _agree(question: str) -> bool:
    if os.environ.get("B2B_LIVE") == "1":
        return False
    sys.stdout.write(f"   {os.environ['B2B_STORE_HASH']}: {question} [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() == "y"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
