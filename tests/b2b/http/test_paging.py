"""Listings: lazy, whole, without repeats, and exact where the API is not."""

from typing import Any

import pytest

from arportal.b2b import Client, InvalidRequest, InvalidResponse
from tests.b2b import samples
from tests.b2b.server import Answer, ApiServer, enveloped


def page(*ids: int, total: int | None = None, **changes: Any) -> Answer:
    meta = {} if total is None else {"pagination": {"totalCount": total, "limit": 2, "offset": 0}}
    return Answer(body=enveloped([samples.invoice(id=number, **changes) for number in ids], **meta))


def ids(client: Client, **query: Any) -> list[int]:
    return [invoice.invoice_id for invoice in client.invoices.list(page_size=2, **query)]


def offsets(server: ApiServer) -> list[str]:
    return [request.query["offset"][0] for request in server.requests]


def test_it_works(api_server: ApiServer, api_client: Client) -> None:
    api_server.answer(page(1, 2, total=3), page(3, total=3))
    assert ids(api_client) == [1, 2, 3]
    assert offsets(api_server) == ["0", "2"]


def test_without_a_total_an_empty_page_ends_it(api_server: ApiServer, api_client: Client) -> None:
    api_server.answer(page(1, 2), page(3), page())
    assert ids(api_client) == [1, 2, 3]
    assert offsets(api_server) == ["0", "2", "3"]


def test_an_empty_page_ends_it_whatever_the_total(api_server: ApiServer, api_client: Client) -> None:
    api_server.answer(page(1, 2, total=9), page(total=9))
    assert ids(api_client) == [1, 2]


def test_nothing_is_fetched_before_it_is_wanted(api_server: ApiServer, api_client: Client) -> None:
    api_server.answer(page(1, 2, total=9), page(3, 4, total=9))
    listing = api_client.invoices.list(page_size=2)
    assert not api_server.requests
    first = listing.first()
    assert first
    assert first.invoice_id == 1
    assert len(api_server.requests) == 1


def test_a_record_met_twice_is_given_once(api_server: ApiServer, api_client: Client) -> None:
    api_server.answer(page(1, 2), page(2, 3), page())
    assert ids(api_client) == [1, 2, 3]


def test_a_shorter_page_than_asked_loses_nothing(api_server: ApiServer, api_client: Client) -> None:
    api_server.answer(page(1, total=2), page(2, total=2))
    assert ids(api_client) == [1, 2]
    assert offsets(api_server) == ["0", "1"]


def test_an_api_that_repeats_itself_is_not_followed_for_ever(
    api_server: ApiServer, api_client: Client
) -> None:
    api_server.answer(page(1, 2))
    with pytest.raises(InvalidResponse, match="repeats"):
        ids(api_client)


def test_every_iteration_starts_afresh(api_server: ApiServer, api_client: Client) -> None:
    api_server.answer(page(1, total=1))
    listing = api_client.invoices.list()
    assert len(list(listing)) == len(list(listing)) == 1


def test_a_page_is_what_the_api_sent(api_server: ApiServer, api_client: Client) -> None:
    api_server.answer(page(1, 1, total=7))
    got = api_client.invoices.page(offset=4, limit=250, customer_id=99)
    assert ([invoice.invoice_id for invoice in got.items], got.total) == ([1, 1], 7)
    assert (got.offset, got.limit, got.next_offset) == (4, 2, 6)


@pytest.mark.parametrize("bounds", [{"limit": 251}, {"limit": 0}, {"offset": -1}])
def test_a_page_the_api_would_refuse_is_not_asked_for(api_client: Client, bounds: dict[str, int]) -> None:
    with pytest.raises(InvalidRequest, match="limit 1 to 250"):
        api_client.invoices.page(**bounds)  # type: ignore[arg-type]


def test_a_misspelt_filter_is_noticed(api_client: Client) -> None:
    with pytest.raises(TypeError, match="companyId"):
        api_client.invoices.list(companyId=7)  # type: ignore[call-arg]


def test_one_unreadable_record_is_named(api_server: ApiServer, api_client: Client) -> None:
    api_server.answer(page(8, openBalance=None))
    with pytest.raises(InvalidResponse, match=r"GET /ip/invoices .*record 8: openBalance: null"):
        ids(api_client)
