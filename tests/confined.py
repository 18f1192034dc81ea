"""Requests of the test client under the web server's role, to which the database shows one store's rows at a time."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from arportal.stores import scope
from arportal.stores.row_security import policies
from tests.database import WEB_ROLE

# A name of ours that may be a table's.
NAME = re.compile(r"\b(?:stores|mirror|receivables|documents|desk)_\w+")
# By which a person's way into a store is found.
OF_PERSONS = {"stores_store", "stores_membership"}


@contextmanager
def confined_requests() -> Iterator[None]:
    """Meanwhile the tests' own connection takes the role for each request: it sees what the test has not committed.
    Before and after a request it is the owner's."""
    request = Client.request
    tables = {policy.table for policy in policies()}

    def no_store_no_rows(execute: Callable[..., Any], statement: str, *details: Any) -> Any:
        """Who asks too early gets nothing from the database, and a page without it might look right to a test."""
        entered = scope._scope.get()
        if entered.store is None:
            asked = tables.intersection(NAME.findall(statement))
            assert asked <= (OF_PERSONS if entered.person else set()), f"{asked} without a store: {statement}"
        return execute(statement, *details)

    def confined(client: Client, **details: Any) -> Any:
        connection.ensure_connection()
        connection.connection.execute(f"SET ROLE {WEB_ROLE}")
        try:
            with connection.execute_wrapper(no_store_no_rows):
                return request(client, **details)
        finally:
            if connection.connection is not None:
                connection.connection.execute("RESET ROLE")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "IS_CONFINED", True)
        patch.setattr(Client, "request", confined)
        yield
