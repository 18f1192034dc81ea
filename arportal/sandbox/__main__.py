"""python -m arportal.sandbox: read the options, prepare the database, serve until told to stop."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from arportal.sandbox.http.server import Server


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m arportal.sandbox", description="A stand-in B2B Edition API."
    )
    parser.add_argument("--port", type=int, default=8900, help="0 picks a free one")
    parser.add_argument(
        "--database", default=":memory:", help="a file, or :memory:; a file with data is kept"
    )
    parser.add_argument("--companies", type=int, default=40)
    parser.add_argument("--invoices", type=int, default=1200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--today", type=date.fromisoformat, help="the day the demo data is seen on")
    parser.add_argument("--rate-limit", type=rate, default=150, help="requests in 60 s, or off")
    parser.add_argument("--set", action="append", default=[], metavar="QUIRK=VALUE")
    return parser.parse_args(arguments)


def rate(text: str) -> int | None:
    if text == "off":
        return None
    if not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError("a number of requests, or off")
    return int(text)


def prepare(options: argparse.Namespace) -> None:
    """Settings, tables, demo data, snapshot; Django is imported only once its settings are known."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "arportal.sandbox.settings"
    os.environ["ARPORTAL_SANDBOX_DATABASE"] = options.database
    import django

    django.setup()
    from arportal.sandbox import database, ratelimit
    from arportal.sandbox.demo.store import seed
    from arportal.sandbox.requests import clock, quirks

    quirks.set_defaults(dict(entry.partition("=")[::2] for entry in options.set))
    ratelimit.configure(options.rate_limit)
    if options.today:
        clock.start_at(datetime.combine(options.today, time(12), UTC).timestamp())
    database.open_for_all_threads()
    is_new = database.prepare()
    if is_new:
        today = options.today or datetime.now(UTC).date()
        seed(companies=options.companies, invoices=options.invoices, seed=options.seed, today=today)
    database.take_snapshot(options.database, is_new=is_new)


def serve(server: "Server") -> None:
    from arportal.sandbox.control import door

    server.open()
    door.watch(server)
    # In another thread: shutting down waits for the loop, which runs in this one.
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: threading.Thread(target=server.shutdown).start())
    host, port = server.server_address[:2]
    print(f"Sandbox ready: http://{host!s}:{port}", flush=True)  # noqa: T201 - the promised line
    server.serve()


def main() -> int:
    options = parse()
    from django.db import DatabaseError

    from arportal.sandbox.http.server import Server

    try:
        with Server(options.port) as server:  # taken before the long work of seeding
            prepare(options)
            serve(server)
    except OSError as error:
        sys.stderr.write(f"Port {options.port} cannot be used: {error.strerror}.\n")
        return 2
    except (ValueError, DatabaseError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:  # while seeding; later SIGINT has a handler
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
