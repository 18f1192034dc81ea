"""What every test may use."""

import pytest

from tests import database

pytest_plugins = ["tests.sandbox_server", "tests.cast"]


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        database.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        database.stop()
