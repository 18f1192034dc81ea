"""The client: one store, its resources."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from functools import partial
from typing import Self

from arportal.b2b.channels import Channels
from arportal.b2b.companies import Companies
from arportal.b2b.credit import Credits
from arportal.b2b.hierarchy import Hierarchy
from arportal.b2b.http.address import BASE_URL, BIGCOMMERCE_URL
from arportal.b2b.http.pacing import Fence, Hook, Pacer
from arportal.b2b.http.transport import Transport
from arportal.b2b.invoices import Invoices
from arportal.b2b.methods import Methods
from arportal.b2b.orders import Orders
from arportal.b2b.payments import Payments
from arportal.b2b.receipts import Receipts
from arportal.b2b.users import Users
from arportal.b2b.webhooks import Webhooks


class Client:
    """A store's B2B Edition API, e.g. `client.invoices.list(customer_id=7)`. Use one client per thread.

    Webhooks alone are registered at `bigcommerce_url`, BigCommerce's own API.

    `store_hash` and `token` are both needed (ValueError without them). `timeout` is (connect, read) in seconds;
    `max_wait` limits how late a failed read may be tried again; `pacer` shares the request budget; each of
    `hooks` is told about every exchange. Errors: see `arportal.b2b.errors`.
    """

    def __init__(
        self,
        *,
        store_hash: str,
        token: str,
        base_url: str = BASE_URL,
        bigcommerce_url: str = BIGCOMMERCE_URL,
        timeout: tuple[float, float] = (3.05, 30.0),
        max_wait: float = 20.0,
        pacer: Pacer | None = None,
        hooks: Iterable[Hook] = (),
    ) -> None:
        connect = partial(
            Transport, store_hash=store_hash, token=token, timeout=timeout, max_wait=max_wait, hooks=hooks
        )
        transport = connect(base_url=base_url, pacer=pacer)
        # Another API with a budget of its own, so our pacer has no say in it.
        self._talk_through(transport, connect(base_url=f"{bigcommerce_url}/stores/{store_hash}"))

    def _talk_through(self, transport: Transport, bigcommerce: Transport) -> None:
        self._transport = transport
        self._bigcommerce = bigcommerce
        self.companies = Companies(transport)
        self.invoices = Invoices(transport)
        self.payments = Payments(transport)
        self.receipts = Receipts(transport)
        self.orders = Orders(transport)
        self.methods = Methods(transport)
        self.credit = Credits(transport)
        self.hierarchy = Hierarchy(transport)
        self.users = Users(transport)
        self.channels = Channels(transport)
        self.webhooks = Webhooks(bigcommerce)

    def fenced(self, fence: Fence) -> Self:
        """A client on the same connections that asks `fence` before every write, once its turn has come. What it
        raises stops the write."""
        client = copy.copy(self)
        client._talk_through(self._transport.fenced(fence), self._bigcommerce.fenced(fence))
        return client

    def __repr__(self) -> str:
        return f"<Client of store {self._transport.store_hash}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the kept-alive connections."""
        self._transport.close()
        self._bigcommerce.close()
