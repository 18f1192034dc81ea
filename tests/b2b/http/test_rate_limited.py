"""429: how long a read waits, and when it hands the wait up to its caller."""

import pytest

from arportal.b2b.errors import RateLimited
from arportal.b2b.http.transport import Transport
from tests.b2b.server import Answer, ApiServer, enveloped

GOOD = Answer(body=enveloped({"id": 4}))


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"X-Request-Window-Resets-After": "2.5 s"}, 2.5),
        ({"X-Requests-Window-Resets-After": "3 s"}, 3),
        ({"X-Rate-Limit-Time-Reset-Ms": "1500"}, 1.5),
        ({"Retry-After": "4"}, 4),
        ({"Retry-After": "Mon, 01 Jan 2001 00:00:00 GMT"}, 0),
    ],
)
def test_a_429_is_waited_out_as_long_as_it_asks(
    api_server: ApiServer,
    api_transport: Transport,
    api_naps: list[float],
    headers: dict[str, str],
    wait: float,
) -> None:
    api_server.answer(Answer(429, headers=headers), GOOD)
    api_transport.get("/users/4")
    assert wait <= api_naps[0] <= wait + 0.25


def test_a_429_that_asks_too_much_is_handed_up(
    api_server: ApiServer, api_transport: Transport, api_naps: list[float]
) -> None:
    api_server.answer(Answer(429, headers={"X-Request-Window-Resets-After": "41.5 s"}))
    with pytest.raises(RateLimited) as caught:
        api_transport.get("/users/4")
    assert (caught.value.wait, api_naps) == (41.5, [])


def test_a_429_that_asks_for_years_is_taken_for_an_hour(
    api_server: ApiServer, api_transport: Transport
) -> None:
    api_server.answer(Answer(429, headers={"X-Request-Window-Resets-After": "999999999 s"}))
    with pytest.raises(RateLimited) as caught:
        api_transport.get("/users/4")
    assert caught.value.wait == 3600


def test_a_429_without_a_word_asks_for_a_whole_window(
    api_server: ApiServer, api_transport: Transport
) -> None:
    api_server.answer(Answer(429, headers={"Retry-After": "soon"}))
    with pytest.raises(RateLimited) as caught:
        api_transport.get("/users/4")
    assert caught.value.wait == 60


def test_the_wait_is_limited_in_all(
    api_server: ApiServer, api_transport: Transport, api_naps: list[float]
) -> None:
    api_server.answer(Answer(429, headers={"Retry-After": "9"}))
    with pytest.raises(RateLimited):
        api_transport.get("/users/4")
    assert len(api_naps) == 2
