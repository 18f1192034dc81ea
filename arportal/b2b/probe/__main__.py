"""Asks a store what the documentation of its API leaves open, and prints the answers.

It reads about sixty records, and prints what kinds of values they have, not the values: what it prints can be shown
to others. With B2B_COMPANY it also asks, before each of some twenty writes, whether it may make an invoice and
payments in that company to see what the store makes of them, and deletes them again; without a "y" nothing is
written.

environment:
  B2B_STORE_HASH  the store, as in store-<hash>.mybigcommerce.com
  B2B_TOKEN       a store-level B2B Edition token; never given on the command line, which others can read
  B2B_BASE_URL    another address of the API
  B2B_COMPANY     the company for the writing questions
  B2B_CURRENCY    their currency (default: USD)
  B2B_LIVE=1      as --read-only
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence

from arportal.b2b.client import Client
from arportal.b2b.errors import B2BError
from arportal.b2b.http.address import BASE_URL
from arportal.b2b.http.transport import Transport
from arportal.b2b.probe.reads import READS
from arportal.b2b.probe.visit import Question, Visit
from arportal.b2b.probe.writes import Trial


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    missing = [name for name in ("B2B_STORE_HASH", "B2B_TOKEN") if not os.environ.get(name)]
    if missing:
        sys.stderr.write(f"Set {' and '.join(missing)}.\n")
        return 2
    store_hash, token = os.environ["B2B_STORE_HASH"], os.environ["B2B_TOKEN"]
    base_url = os.environ.get("B2B_BASE_URL", BASE_URL)
    # No retries: the probe is there to see the first answer, a refusal included.
    transport = Transport(store_hash=store_hash, token=token, base_url=base_url, max_wait=0)
    wrong_store = Transport(store_hash="nobody0", token=token, base_url=base_url, max_wait=0)
    _say(f"Store {store_hash} at {base_url}")
    with Client(store_hash=store_hash, token=token, base_url=base_url) as client:
        agree = (lambda question: False) if options.read_only else _agree
        visit = Visit(client, transport, wrong_store, agree, options.values)
        report(visit, [*READS, *(() if options.read_only else _writes())])
    transport.close()
    wrong_store.close()
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m arportal.b2b.probe",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--read-only",
        action="store_true",
        default=os.environ.get("B2B_LIVE") == "1",
        help="ask the reading questions only, and none that uses up the store's requests",
    )
    parser.add_argument(
        "--values", action="store_true", help="print values too: names, numbers and amounts of customers"
    )
    return parser.parse_args(arguments)


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
    if not company_id.isdigit():
        _say("B2B_COMPANY names no company: the writing questions are left out.")
        return ()
    return Trial(int(company_id), os.environ.get("B2B_CURRENCY", "USD")).questions()


def _agree(question: str) -> bool:
    sys.stdout.write(f"   {os.environ['B2B_STORE_HASH']}: {question} [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() == "y"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
