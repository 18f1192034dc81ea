"""A server of odd answers, a sandbox with its quirks, and clients that talk to them."""

from collections.abc import Iterator

import pytest

from arportal.b2b import Client
from arportal.b2b.http.transport import Transport
from tests import sandbox_server
from tests.b2b.scenario import STORES
from tests.b2b.server import STORE_HASH, TOKEN, ApiServer
from tests.sandbox_server import Sandbox
from tests.whole import whole_or


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


# In the suite those that differ most in their forms, and in their rules.
@pytest.fixture(params=whole_or(list(STORES), ["as documented", "other rules"]))
def api_quirks(request: pytest.FixtureRequest, sandbox: Sandbox) -> dict[str, str]:
    turned = STORES[request.param]
    if turned:
        sandbox.control("PUT", "quirks", turned)
    return turned


@pytest.fixture
def api_store(sandbox: Sandbox, api_quirks: dict[str, str]) -> Iterator[Client]:
    with Client(
        store_hash=sandbox_server.STORE_HASH, token=sandbox_server.TOKEN, base_url=sandbox.api_url, max_wait=0
    ) as client:
        yield client
