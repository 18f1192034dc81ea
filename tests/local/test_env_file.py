"""VAR/arportal.env."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from dotenv import dotenv_values

from arportal.local import envfile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    envfile.write_once(tmp_path / "arportal.env")
    return tmp_path / "arportal.env"


def test_it_works(path: Path) -> None:
    values = dotenv_values(path)
    assert len(values["SECRET_KEY"] or "") >= 50
    assert Fernet(values["TOKEN_KEYS"] or "")


def test_only_its_owner_may_read_it(path: Path) -> None:
    envfile.set_value(path, "DATABASE_URL", "postgresql://one")
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_keys_are_written_once(path: Path) -> None:
    before = path.read_text()
    envfile.write_once(path)
    assert path.read_text() == before


def test_setting_a_value_replaces_it_and_keeps_the_rest(path: Path) -> None:
    before = dotenv_values(path)
    envfile.set_value(path, "DATABASE_URL", "postgresql://one")
    envfile.set_value(path, "DATABASE_URL", "postgresql://role@%2Ftwo/name")
    assert dotenv_values(path) == {**before, "DATABASE_URL": "postgresql://role@%2Ftwo/name"}
