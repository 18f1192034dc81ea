"""What every test may use."""

import gc
from typing import Any

import pytest

from tests import database
from tests.scheduling import JourneysTogether

pytest_plugins = ["tests.sandbox_server", "tests.cast"]


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        database.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        database.stop()


def pytest_collection_finish() -> None:
    # What is loaded by now stays to the end: the collector need not go through it again and again.
    gc.freeze()


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> JourneysTogether:
    return JourneysTogether(config, log)
