"""The token goes into two headers to one address, and nowhere else."""

import logging
from typing import Any

import pytest

from arportal.b2b import B2BError, Client, Exchange
from tests.b2b.server import STORE_HASH, TOKEN, Answer, ApiServer, enveloped


def client(**changes: Any) -> Client:
    return Client(**{"store_hash": STORE_HASH, "token": TOKEN, **changes})


def test_it_shows_nowhere(api_server: ApiServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    exchanges: list[Exchange] = []
    api_server.answer(Answer(403, enveloped({"errMsg": f"{TOKEN} is no good"}, code=403)))
    ours = client(base_url=api_server.url, hooks=[exchanges.append])
    with ours, pytest.raises(B2BError, match=r"\*\*\* is no good") as caught:
        ours.invoices.get(3)
    shown = f"{ours!r} {vars(ours)!r} {caught.value!r} {caught.value} {exchanges!r} {caplog.text}"
    assert TOKEN not in shown
    assert "Check the token" in shown


def test_a_netrc_file_adds_nothing(
    api_server: ApiServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else")
    monkeypatch.setenv("NETRC", str(netrc))
    api_server.data({"id": 1, "companyId": 2})
    with client(base_url=api_server.url) as ours:
        ours._transport._session.trust_env = True
        ours._transport.get("/users/1")
    assert "Authorization" not in api_server.requests[0].headers


@pytest.mark.parametrize("token", ["", "with space", "line\nbreak", "zażółć"])
def test_a_strange_token_is_refused_without_repeating_it(token: str) -> None:
    with pytest.raises(ValueError, match="the token must be") as caught:
        client(token=token)
    assert not token or token not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "http://api.example.com/io",
        "https://user:word@api.example.com/io",
        "https://user@api.example.com/io",
        "https://api.example.com/io?x=1",
        "ftp://127.0.0.1/io",
        "api.example.com",
        "https:///io",
        "http://127.0.0.1.example.com/io",
    ],
)
def test_a_careless_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="the API address"):
        client(base_url=address)


@pytest.mark.parametrize(
    "address", ["https://api.example.com/io/", "http://localhost:8900", "http://[::1]:8900/x"]
)
def test_https_or_this_machine(address: str) -> None:
    client(base_url=address).close()


@pytest.mark.parametrize("odd_id", ["1/../../users", "../1", "", "1?x", "٣", -1, True, "1 "])
def test_an_id_cannot_lead_elsewhere(api_server: ApiServer, api_client: Client, odd_id: Any) -> None:
    with pytest.raises(B2BError, match="is not an id"):
        api_client.invoices.get(odd_id)
    assert not api_server.requests
