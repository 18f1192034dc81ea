"""What every test may use."""

import gc
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from django.middleware import csrf
from django.template.base import Template
from django.utils.crypto import get_random_string

from tests import database, whole
from tests.confined import confined_requests
from tests.scheduling import JourneysTogether

# Nothing goes that is loaded until all tests are collected: the collector would look at it in vain.
gc.disable()
RENDER = Template._render
pytest_plugins = ["tests.sandbox_server", "tests.cast", "tests.documents.mails.smtp_server"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--whole", action="store_true", help="all inputs of the exhaustive tests, not only a part"
    )


def pytest_configure(config: pytest.Config) -> None:
    whole.is_asked_for = config.getoption("--whole")
    config.addinivalue_line(
        "markers", "only_whole(short): only with --whole; `short` makes its claim on less"
    )
    # Who only collects the tests asks the database nothing.
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        database.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        database.stop()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not whole.is_asked_for:
        left = [item for item in items if item.get_closest_marker("only_whole")]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


def pytest_collection_finish() -> None:
    # What is loaded by now stays to the end: the collector need not go through it again and again.
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def rendered_as_in_production(django_test_environment: None) -> None:
    """Django's test environment copies the context of every template that is rendered, for `response.context`,
    which no test reads: a fifth of a page."""
    Template._render = RENDER


@pytest.fixture(scope="session", autouse=True)
def tokens_that_say_nothing(django_test_environment: None) -> None:
    """The random tokens of forms, without what a test may look for: `"N1" not in page` failed once in sixty runs,
    when the page's token happened to hold it."""
    csrf._get_new_csrf_string = lambda: get_random_string(csrf.CSRF_SECRET_LENGTH, "ab")


@pytest.fixture(scope="session", autouse=True)
def whole_is_confined(django_test_environment: None) -> Iterator[None]:
    """With --whole all requests of the test client are the web server's; in the suite those of `confined`."""
    with confined_requests() if whole.is_asked_for else nullcontext():
        yield


@pytest.fixture(scope="module")
def confined(django_test_environment: None) -> Iterator[None]:
    """A module's requests under the web server's role: for those that ask for every address, and every verb."""
    with nullcontext() if whole.is_asked_for else confined_requests():
        yield


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> JourneysTogether:
    gc.enable()  # The controller collects no tests.
    return JourneysTogether(config, log)
