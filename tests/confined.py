"""Requests of the test client under the web server's role, to which the database shows one store's rows at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from tests.database import WEB_ROLE


@contextmanager
def confined_requests() -> Iterator[None]:
    """Meanwhile the tests' own connection takes the role for each request: it sees what the test has not committed.
    Before and after a request it is the owner's."""
    request = Client.request

    def confined(client: Client, **details: Any) -> Any:
        connection.ensure_connection()
        connection.connection.execute(f"SET ROLE {WEB_ROLE}")
        try:
            return request(client, **details)
        finally:
            if connection.connection is not None:
                connection.connection.execute("RESET ROLE")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "IS_CONFINED", True)
        patch.setattr(Client, "request", confined)
        yield
