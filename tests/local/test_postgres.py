"""The embedded PostgreSQL."""

from pathlib import Path

import psycopg
import pytest
from django.db import connection

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
    (tmp_path / "data.unfinished").mkdir()
    (tmp_path / "data.unfinished" / "PG_VERSION").touch()
    Cluster(tmp_path / "data").initialise("--no-sync")
    assert (tmp_path / "data" / "global").is_dir()
