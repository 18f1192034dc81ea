"""A real PgBouncer in transaction mode: all its clients take turns on one connection to the server."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, unquote, urlsplit

import psycopg

from arportal.local.postgres import SYSTEM_USER
from tests.database import DIRECTORY, WEB_ROLE

# Debian's lies where only root looks.
PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
CONFIGURATION = """
[databases]
{name} = host={server}
[pgbouncer]
listen_addr =
unix_socket_dir = {place}
auth_type = trust
auth_file = {place}/users
pool_mode = transaction
default_pool_size = 1
"""


@contextmanager
def pgbouncer(url: str) -> Iterator[str]:
    """The address behind it of the database at `url`, for the web server's role."""
    place, at = DIRECTORY / f"pgbouncer-{os.getpid()}", urlsplit(url)
    place.mkdir()
    name, server = at.path[1:], unquote(at.netloc.partition("@")[2])
    (place / "users").write_text(f'"{WEB_ROLE}" ""\n')
    (place / "ini").write_text(CONFIGURATION.format(name=name, server=server, place=place))
    command = [str(PROGRAM), "--quiet", str(place / "ini")]
    if os.geteuid() == 0:
        # It refuses to run as root, and only the server's own user reaches the server's socket.
        shutil.chown(place, SYSTEM_USER)
        user = [f"--reuid={SYSTEM_USER}", f"--regid={SYSTEM_USER}", "--clear-groups"]
        command = ["setpriv", "--pdeathsig", "TERM", *user, *command]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            behind = f"postgresql://{WEB_ROLE}@{quote(str(place), safe='')}:6432/{name}"
            _wait_for(behind)
            yield behind
        finally:
            process.terminate()


def _wait_for(url: str) -> None:
    for _ in range(100):
        try:
            return psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise RuntimeError("PgBouncer did not start.")
