"""A server of odd answers, and a client that talks to it."""

from collections.abc import Iterator

import pytest

from arportal.b2b import Client
from arportal.b2b.transport import Transport
from tests.b2b.server import STORE_HASH, TOKEN, ApiServer


@pytest.fixture
def api_server() -> Iterator[ApiServer]:
    server = ApiServer()
    yield server
    server.stop()


@pytest.fixture
def api_client(api_server: ApiServer) -> Iterator[Client]:
    with Client(
        store_hash=STORE_HASH, token=TOKEN, base_url=api_server.url, timeout=(1, 1), max_wait=0
    ) as client:
        yield client


@pytest.fixture
def api_naps() -> list[float]:
    """The pauses `api_transport` would have made, in seconds."""
    return []


@pytest.fixture
def api_transport(api_server: ApiServer, api_naps: list[float]) -> Iterator[Transport]:
    """A transport that notes its pauses instead of making them."""
    transport = Transport(
        store_hash=STORE_HASH,
        token=TOKEN,
        base_url=api_server.url,
        timeout=(0.5, 0.5),
        max_wait=20.0,
        sleep=api_naps.append,
    )
    yield transport
    transport.close()
