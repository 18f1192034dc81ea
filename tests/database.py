"""The embedded PostgreSQL of one test run, for all its workers: started unless DATABASE_URL is given."""

import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import psycopg

from arportal.local.postgres import SUPERUSER, Cluster, temporary_server
from arportal.local.run import LEAKPROOF, WEB_ROLE

MEMORY = Path("/dev/shm")  # noqa: S108 - the run makes a directory of its own in it
ENOUGH = 4 * 2**30


def _place() -> str:
    """In memory if there is room: copies of a database are hundreds of files each."""
    in_memory = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ENOUGH
    return str(MEMORY) if in_memory else tempfile.gettempdir()


# The workers of a run inherit the controller's directory, and with it the address of its server; two runs
# at a time never meet.
DIRECTORY = Path(os.environ.setdefault("TEST_DIRECTORY", f"{_place()}/arportal-tests-{os.getpid()}"))
ROLE = "arportal"
URL = Cluster(DIRECTORY / "postgres").url(ROLE, ROLE)
_running = ExitStack()


def start() -> None:
    # What a run left in memory that was killed outright.
    for left in MEMORY.glob("arportal-tests-*"):
        if not Path("/proc", left.name.rpartition("-")[2]).exists():
            shutil.rmtree(left, ignore_errors=True)
    DIRECTORY.mkdir(mode=0o700)
    # Others may walk through, or root's server would have its data elsewhere; they cannot look.
    DIRECTORY.chmod(0o711)
    # Where `collectstatic` would put files; whitenoise warns when it is missing.
    (DIRECTORY / "static").mkdir()
    _running.callback(shutil.rmtree, DIRECTORY, ignore_errors=True)
    if os.environ["DATABASE_URL"] == URL:
        cluster = _running.enter_context(temporary_server(DIRECTORY / "postgres"))
        cluster.prepare(ROLE, may_create_databases=True)
        # All databases of the run are made from this one, or from copies of it.
        cluster.prepare_confined(WEB_ROLE, "template1", LEAKPROOF)
        # For tests that take its place on their own connection.
        with psycopg.connect(cluster.url(SUPERUSER, SUPERUSER), autocommit=True) as session:
            session.execute(f"GRANT {WEB_ROLE} TO {ROLE}")


def confined(url: str) -> str:
    """The address of the same database for the web server's role; "" where the database is not ours."""
    return url.replace(f"//{ROLE}@", f"//{WEB_ROLE}@") if os.environ["DATABASE_URL"] == URL else ""


def stop() -> None:
    _running.close()
