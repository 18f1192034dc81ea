"""Programs that use the API: each with a token of a person."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from arportal.stores.api_tokens import Wanted, make_token, offered_to
from arportal.stores.models import Membership

API = "/api/v1/stores/demo/"


@pytest.fixture(scope="module", autouse=True)
def as_in_production(confined: None) -> None:
    """A request finds its store by the token alone."""


@pytest.fixture
def token(db: None) -> Callable[..., str]:
    """The text of a new token of this person, with all that they can give; `wanted` says else."""

    def token(person: Membership, **wanted: Any) -> str:
        now = timezone.now()
        values = {"name": "ERP", "permissions": offered_to(person), "expires_at": now + dt.timedelta(days=1)}
        return make_token(person, uuid.uuid4(), Wanted(**(values | wanted)), now)[1]

    return token


@pytest.fixture
def program(token) -> Callable[..., Client]:
    """A client that sends such a token."""

    def program(person: Membership, **wanted: Any) -> Client:
        return Client(headers={"Authorization": f"Bearer {token(person, **wanted)}"})

    return program
