"""`make run`: the whole product on this machine, with a demo store, until Ctrl-C."""

import fcntl
import http.client
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGINT

from arportal.local import envfile, ports
from arportal.local.ports import HOST, Ports
from arportal.local.postgres import Cluster, PostgresError
from arportal.local.processes import Processes, StartError, say
from arportal.local.static import Collection

ROOT = Path(__file__).resolve().parent.parent.parent
MANAGE = (sys.executable, str(ROOT / "manage.py"))
ROLE = "arportal"
WEB_ROLE, LEAKPROOF = "arportal_web", ROOT / "arportal" / "stores" / "leakproof.sql"
STORE = "sandbox"
TOKEN = "sandbox-token"  # noqa: S105 - the sandbox's own, it opens nothing else
PASSWORD = "arportal-demo"  # noqa: S105 - printed below, for a trial on this machine
# A worker each: neither exports nor syncs (they are in the default one) nor slow receivers of webhooks hold up what
# people send to the store.
QUEUES = ("changes", "default", "documents", "webhooks")
PEOPLE = ("viewer", "clerk", "controller", "admin")


def main() -> int:
    """Run until asked to stop (0), until something fails (1), or not at all when it cannot start (2)."""
    try:
        chosen = ports.choose(os.environ)
        var = Path(os.environ.get("VAR") or ROOT / "var").resolve()
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _sole_use(var), Processes() as processes:
            _start(processes, var, chosen)
            processes.watch()
    except KeyboardInterrupt:
        say("Everything is stopped.")
        return 0
    except ports.PortError as error:
        say(str(error))
        return 2
    except (StartError, PostgresError) as error:
        say(str(error))
        return 1
    return 0


def _start(processes: Processes, var: Path, chosen: Ports) -> None:
    os.environ["VAR"] = str(var)
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    os.environ.setdefault("LOG_FORMAT", "text")
    # So that a program under trial on this machine can get webhooks.
    os.environ.setdefault("LOCAL_WEBHOOKS", "true")
    os.chdir(ROOT)
    envfile.write_once(var / "arportal.env")
    if os.environ.get("DATABASE_URL"):
        # Not the one of the embedded server, which stays in the file.
        os.environ.setdefault("WEB_DATABASE_URL", "")
    else:
        _start_database(processes, var)
    sandbox = ["--port", str(chosen.sandbox), "--database", str(var / "sandbox.sqlite3")]
    # It fills its database meanwhile; the first to need it is the store's connection.
    processes.start("sandbox", [sys.executable, "-m", "arportal.sandbox", *sandbox])
    processes.complete("migrate", [*MANAGE, "migrate", "--verbosity=0"])
    collection = Collection(ROOT, var)
    if not collection.is_current():
        processes.complete("static", [*MANAGE, *collection.command()])
        collection.remember()
    _connect_demo_store(processes, chosen.sandbox)
    for queue in QUEUES:
        processes.start(queue, [*MANAGE, "procrastinate", "worker", "--queues", queue, "--concurrency", "4"])
    _start_web_server(processes, chosen.web)
    # By its name: no browser keeps a passkey for an address of numbers.
    say(f"Ready: http://localhost:{chosen.web}")
    for person in PEOPLE:
        say(f"  {person}@example.com")
    say(f"  password for each of them: {PASSWORD}")


@contextmanager
def _sole_use(var: Path) -> Iterator[None]:
    # The kernel drops the lock when we end, however we end.
    with (var / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StartError(
                f"Another `make run` uses {var}; stop it, or set VAR to another directory."
            ) from None
        yield


def _start_database(processes: Processes, var: Path) -> None:
    cluster = Cluster(var / "postgres")
    cluster.end_leftover()
    cluster.initialise()
    # What goes wrong in a statement is logged by the program that sent it.
    processes.start("postgres", cluster.server_command("log_min_messages=fatal"), stop_signal=SIGINT)
    processes.wait_until(cluster.answers, seconds=60, what="The embedded PostgreSQL")
    envfile.set_value(var / "arportal.env", "DATABASE_URL", cluster.prepare(ROLE))
    confined = cluster.prepare_confined(WEB_ROLE, ROLE, LEAKPROOF)
    envfile.set_value(var / "arportal.env", "WEB_DATABASE_URL", confined)


def _connect_demo_store(processes: Processes, port: int) -> None:
    # An address that leaves no trace in the sandbox's log of requests.
    processes.wait_until(lambda: _serves(port, "/_sandbox/clock"), seconds=120, what="The sandbox")
    address = f"http://{HOST}:{port}/api/v3/io"
    connect = ["connect_store", "--hash", STORE, "--name", "Demo store", "--api-url", address]
    processes.complete(
        "store", [*MANAGE, *connect, "--token-env", "B2B_TOKEN"], environment={"B2B_TOKEN": TOKEN}
    )
    processes.complete("people", [*MANAGE, "demo_people", "--store", STORE, "--password", PASSWORD])
    processes.complete("sync", [*MANAGE, "sync", "--store", STORE])
    processes.complete("e-invoices", [*MANAGE, "demo_einvoices", "--store", STORE])


def _start_web_server(processes: Processes, port: int) -> None:
    # As many threads as the connection pool of a process has connections, so that no request waits for one.
    web = ["--interface", "wsgi", "--workers", "2", "--blocking-threads", "4", "--log-level", "warning"]
    address = ["--host", HOST, "--port", str(port)]
    processes.start("web", [sys.executable, "-m", "granian", *web, *address, "arportal.wsgi:application"])
    processes.wait_until(lambda: _serves(port, "/"), seconds=60, what="The web server")


def _serves(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
